using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Bank131.Signing;
using PayoutWorker.AtRest;
using PayoutWorker.Audit;

namespace PayoutWorker.IntegrationTests.Audit;

/// <summary>An evidence file is enough by itself: the bank's signature and the chain, up to a root, can be checked.</summary>
internal sealed class EvidenceTests : AuditTest
{
    private const string Body = """{"type": "payment_finished", "who": "Ж"}""";

    [Test]
    public async Task The_bank_s_signature_and_the_chain_are_checked_with_nothing_but_the_file()
    {
        using var bank = RSA.Create(2048);
        var body = Encoding.UTF8.GetBytes(Body);
        var signature = Convert.ToBase64String(
            bank.SignData(body, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        );
        var id = await PayoutAsync();
        await Db.ExecuteAsync(
            """
            INSERT INTO payouts.webhook (sha256, body, signature, key_id, payout_id, applied_at)
            VALUES (sha256(@body), @body, @signature, 'bank', @id, now())
            """,
            new
            {
                id,
                body,
                signature,
            }
        );
        await SealAsync();
        await PayoutAsync();
        await SealAsync();
        await AgeAsync(TimeSpan.FromDays(1));
        await SealAsync();
        var files = await ExportAsync(id, bank.ExportSubjectPublicKeyInfoPem());

        var message = files.Single(f => f.Value.AsSpan().SequenceEqual(body)).Key[..^".body".Length];
        using var keys = new VerifyingKeys([("bank", Text(files["keys/1.pem"]))]);
        Assert.That(keys.Verify(files[$"{message}.body"], Text(files[$"{message}.signature"])), Is.EqualTo("bank"));
        Assert.That(
            Text(files[$"covered/w{message["webhooks/".Length..]}.txt"]),
            Does.Contain(Hex(SHA256.HashData(body)))
        );

        foreach (var line in Text(files["chain.txt"]).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (line.StartsWith("  ", StringComparison.Ordinal))
                Assert.That(Hash(files[line[36..]])[..32], Is.EqualTo(line[2..34]), line);
            else
                Assert.That(Hash(files[TextOf(line)]), Is.EqualTo(line[^64..]), line);
        Assert.That(
            Text(files["chain.txt"]).Split('\n').Select(line => line.Split(' ')[0]).Distinct(),
            Is.SupersetOf(new[] { "seal", "run", "root" })
        );
        // Each hash stands in the next: seal in run, run in root.
        var run = files.Keys.Single(name => name.EndsWith(".seals", StringComparison.Ordinal));
        Assert.That(Hex(files[run]), Does.Contain(Hash(files["seals/1.txt"])));
        Assert.That(Text(files[Path.ChangeExtension(run, ".txt")]), Does.Contain(Hash(files[run])));
        var day = files.Keys.Single(name => name.EndsWith(".runs", StringComparison.Ordinal));
        Assert.That(Hex(files[day]), Does.Contain(Hash(files[Path.ChangeExtension(run, ".txt")])));
        Assert.That(Text(files[Path.ChangeExtension(day, ".txt")]), Does.Contain(Hash(files[day])));
        Assert.That(
            Hash(files[Path.ChangeExtension(day, ".txt")]),
            Is.EqualTo(
                await Db.ScalarAsync<string>("SELECT encode(root, 'hex') FROM payouts.audit_root ORDER BY day LIMIT 1")
            )
        );
        Assert.That(Text(files["audit.txt"]), Is.EqualTo("nothing was found changed\n"));
        Assert.That(
            Text(files["payout.json"]),
            Does.Contain("Ж 12").And.Contain("\"history\"").And.Not.Contain("sealed_card")
        );
        Assert.That(
            await Db.ScalarAsync<string>(
                "SELECT who FROM payouts.event WHERE payout_id = @id AND why = 'evidence exported'",
                new { id }
            ),
            Is.EqualTo("anna")
        );
    }

    [Test]
    public async Task It_says_what_was_tampered_with()
    {
        var id = await SealedAsync();
        await TamperAsync("UPDATE payouts.outbox SET amount = 1 WHERE id = @id", new { id });
        Assert.That(
            Text((await ExportAsync(id, "pem"))["audit.txt"]),
            Is.EqualTo($"changed: payout {id}, its order\n")
        );
    }

    [Test]
    public async Task An_unknown_key_has_no_evidence() =>
        Assert.That(
            await new EvidenceFile(Db.Worker, [], BodyVault.Clear).WriteAsync(
                "unknown",
                "anna",
                new MemoryStream(),
                default
            ),
            Is.Null
        );

    private async Task<Dictionary<string, byte[]>> ExportAsync(long id, string pem)
    {
        var key = await Db.ScalarAsync<string>("SELECT erp_key FROM payouts.outbox WHERE id = @id", new { id });
        using var file = new MemoryStream();
        await new EvidenceFile(Db.Worker, [("bank", pem)], BodyVault.Clear).WriteAsync(
            key,
            "anna",
            file,
            CancellationToken.None
        );
        using var zip = new ZipArchive(file, ZipArchiveMode.Read);
        Dictionary<string, byte[]> files = [];
        foreach (var entry in zip.Entries)
        {
            using var content = new MemoryStream();
            await using (var stream = await entry.OpenAsync())
                await stream.CopyToAsync(content);
            files.Add(entry.FullName, content.ToArray());
        }
        return files;
    }

    private static string TextOf(string line) =>
        line.Split(' ') switch
        {
            ["seal", var n, ..] => $"seals/{n}.txt",
            ["run", var id, ..] => $"runs/{id}.txt",
            ["root", "of", var day, ..] => $"roots/{day}.txt",
            _ => throw new InvalidOperationException(line),
        };

    private static string Hash(byte[] bytes) => Hex(SHA256.HashData(bytes));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
