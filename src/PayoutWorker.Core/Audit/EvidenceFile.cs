using System.Globalization;
using System.IO.Compression;
using System.Text;
using Dapper;
using Npgsql;
using PayoutWorker.AtRest;
using PayoutWorker.Store;

namespace PayoutWorker.Audit;

/// <summary>
/// Writes everything known of one payout into one zip file that can be checked without this program: what the bank
/// signed, and the chain up to the roots of days.
/// </summary>
/// <param name="bankKeys">The bank's public keys in PEM form, by our names for them.</param>
/// <param name="vault">Opens the bank's messages where they are stored sealed.</param>
internal sealed class EvidenceFile(
    NpgsqlDataSource database,
    IReadOnlyList<(string Id, string Pem)> bankKeys,
    BodyVault vault
)
{
    // A clock's time in each entry would make two files of the same content differ.
    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="who">Stands in the payout's history as who had it exported.</param>
    /// <returns>What the audit found about this payout; null when there is no such payout.</returns>
    /// <exception cref="PostgresException">The role may not read it all.</exception>
    public async Task<IReadOnlyList<Finding>?> WriteAsync(
        string erpKey,
        string who,
        Stream file,
        CancellationToken cancellationToken
    )
    {
        long id;
        List<Finding> findings = [];
        await using (var reader = await AuditReader.OpenAsync(database, cancellationToken))
        {
            var found = await reader.ReadAsync<Summary>("read_evidence", new { erp_key = erpKey }, cancellationToken);
            if (found is not [var payout])
                return null;
            id = payout.Id;
            await using var zip = await ZipArchive.CreateAsync(
                file,
                ZipArchiveMode.Create,
                leaveOpen: true,
                entryNameEncoding: null,
                cancellationToken
            );
            await AddAsync(zip, "README.txt", EvidenceReadme.Text(erpKey, id));
            await AddAsync(zip, "payout.json", payout.Text);
            await WebhooksAsync(zip, reader, id, cancellationToken);
            await ChainAsync(zip, reader, id, cancellationToken);
            await new AuditCheck(database, findings.Add).RunAsync(
                AuditScope.Everything with
                {
                    PayoutId = id,
                },
                cancellationToken
            );
            await AddAsync(
                zip,
                "audit.txt",
                findings.Count == 0 ? "nothing was found changed\n" : string.Join('\n', findings) + "\n"
            );
        }
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(
            new CommandDefinition(Sql.Text("note_evidence"), new { id, who }, cancellationToken: cancellationToken)
        );
        return findings;
    }

    private async Task WebhooksAsync(ZipArchive zip, AuditReader reader, long id, CancellationToken cancellationToken)
    {
        var webhooks = await reader.ReadAsync<Webhook>("read_evidence_webhooks", new { id }, cancellationToken);
        await using (var connection = await database.OpenConnectionAsync(cancellationToken))
            await vault.LearnAsync(connection, null, webhooks.Select(webhook => webhook.Body), cancellationToken);
        foreach (var webhook in webhooks)
        {
            var name = $"webhooks/{Text(webhook.Id)}";
            await AddBodyAsync(zip, name, webhook);
            await AddAsync(zip, $"{name}.signature", webhook.Signature);
            await AddAsync(zip, $"{name}.key", webhook.KeyId);
        }
        for (var i = 0; i < bankKeys.Count; i++)
            // Our name for a key may be anything; a path is none.
            await AddAsync(zip, $"keys/{Text(i + 1)}.pem", $"# {bankKeys[i].Id}\n{bankKeys[i].Pem}");
    }

    // An erased one is empty, and a key that is missing here may be found one day: the rest is evidence without it.
    private async Task AddBodyAsync(ZipArchive zip, string name, Webhook webhook)
    {
        if (webhook.Body.Length == 0)
            return;
        try
        {
            await AddAsync(zip, $"{name}.body", vault.Open(webhook.Body, Identity.Webhook(webhook.Sha256)));
        }
        catch (UnreadableException e)
        {
            await AddAsync(zip, $"{name}.unreadable", e.Message);
        }
    }

    private static async Task ChainAsync(
        ZipArchive zip,
        AuditReader reader,
        long id,
        CancellationToken cancellationToken
    )
    {
        foreach (var item in await reader.ItemsAsync([id], cancellationToken))
            await AddAsync(zip, $"covered/{item.Item}.txt", item.Covered);
        var seals = await reader.SealsAsync([id], cancellationToken);
        StringBuilder list = new();
        byte[]? previous = null;
        foreach (var seal in seals)
        {
            await AddAsync(zip, $"seals/{Text(seal.N)}.txt", Hashes.Text(seal.Fields(previous)));
            list.Append(CultureInfo.InvariantCulture, $"seal {seal.N}  run {seal.RunId}  {Hashes.Hex(seal.Hash)}\n");
            foreach (var (item, digest) in seal.Names.Zip(seal.Digests.Chunk(Hashes.DigestSize)))
                list.Append(CultureInfo.InvariantCulture, $"  {Hashes.Hex(digest)}  covered/{item}.txt\n");
            previous = seal.Hash;
        }
        long[] runs = [.. seals.Select(seal => seal.RunId).Distinct().Order()];
        foreach (var run in runs)
        {
            var both = await reader.RunsAsync(run - 1, run, cancellationToken);
            if (both is not [.., { } it] || it.Id != run)
                continue;
            var before = both.Count == 2 ? both[0].Hash : null;
            await AddAsync(zip, $"runs/{Text(run)}.txt", Hashes.Text(RunCheck.Fields(it, before)));
            await AddAsync(zip, $"runs/{Text(run)}.seals", it.Hashes);
            list.Append(CultureInfo.InvariantCulture, $"run {run}  {it.At:u}  {Hashes.Hex(it.Hash)}\n");
        }
        foreach (var root in await reader.ReadAsync<Root>("read_evidence_roots", new { runs }, cancellationToken))
        {
            var name = $"roots/{root.Row.Day:yyyy-MM-dd}";
            await AddAsync(zip, $"{name}.txt", Hashes.Text(RunCheck.RootFields(root.Row, root.Previous, root.Hashes)));
            await AddAsync(zip, $"{name}.runs", root.Hashes);
            list.Append(
                CultureInfo.InvariantCulture,
                $"root of {root.Row.Day:yyyy-MM-dd}  {Hashes.Hex(root.Row.Root)}\n"
            );
        }
        await AddAsync(zip, "chain.txt", list.ToString());
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static Task AddAsync(ZipArchive zip, string name, string text) =>
        AddAsync(zip, name, Encoding.UTF8.GetBytes(text));

    private static async Task AddAsync(ZipArchive zip, string name, byte[] bytes)
    {
        var entry = zip.CreateEntry(name);
        entry.LastWriteTime = Epoch;
        await using var stream = await entry.OpenAsync();
        await stream.WriteAsync(bytes);
    }

    private sealed record Summary
    {
        public long Id { get; init; }
        public string Text { get; init; } = "";
    }

    private sealed record Webhook
    {
        public long Id { get; init; }
        public byte[] Body { get; init; } = [];
        public byte[] Sha256 { get; init; } = [];
        public string Signature { get; init; } = "";
        public string KeyId { get; init; } = "";
    }

    private sealed record Root
    {
        public DateOnly Day { get; init; }
        public long Runs { get; init; }
        public long LastRun { get; init; }

        public byte[] RootHash { get; init; } = [];
        public byte[]? Previous { get; init; }
        public byte[] Hashes { get; init; } = [];

        public RootRow Row =>
            new()
            {
                Day = Day,
                Runs = Runs,
                LastRun = LastRun,
                Root = RootHash,
            };
    }
}
