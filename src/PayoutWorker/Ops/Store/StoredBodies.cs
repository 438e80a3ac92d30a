using System.Security.Cryptography;
using System.Text;
using Npgsql;
using PayoutWorker.AtRest;

namespace PayoutWorker.Host.Ops.Store;

/// <summary>
/// Bodies of webhooks for people to read. The data keys are read in the worker's role: the pages' own role sees none.
/// </summary>
internal sealed class StoredBodies(NpgsqlDataSource worker, BodyVault vault)
{
    /// <summary>The text, full card numbers masked, or in words why it cannot be shown.</summary>
    public async Task<string> TextAsync(StoredBody stored, CancellationToken cancellationToken)
    {
        await using var connection = await worker.OpenConnectionAsync(cancellationToken);
        await vault.LearnAsync(connection, null, [stored.Body], cancellationToken);
        try
        {
            var body = vault.Open(stored.Body, Identity.Webhook(stored.Sha256));
            var changed = !SHA256.HashData(body).AsSpan().SequenceEqual(stored.Sha256);
            var text = Web.Mask.Cards(Encoding.UTF8.GetString(body));
            return changed ? $"(this is not the body that came: its hash is another)\n{text}" : text;
        }
        catch (UnreadableException e)
        {
            return $"(it cannot be decrypted: {e.Message})";
        }
    }
}

/// <summary>A line of act_read_webhook.sql.</summary>
internal sealed class StoredBody
{
    public byte[]? Found { get; init; }
    public byte[] Body => Found ?? [];
    public byte[] Sha256 { get; init; } = [];
}
