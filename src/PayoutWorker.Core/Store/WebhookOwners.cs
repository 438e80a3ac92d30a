using Bank131.Webhooks;
using Dapper;
using Npgsql;

namespace PayoutWorker.Store;

/// <summary>
/// Whose a webhook is: by session id; else, for a payout that waits for its session's id, by the reference in the metadata.
/// </summary>
internal static class WebhookOwners
{
    public static async Task<Dictionary<(string SessionId, string? Reference), Owner>> FindAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        IEnumerable<(StoredWebhook Stored, WebhookView? View)> webhooks,
        CancellationToken cancellationToken
    )
    {
        var keys = webhooks
            .Where(webhook => webhook.View?.Session is not null)
            .Select(webhook => (Id: webhook.View!.Session!.Id, Reference: Reference(webhook.View)))
            .Distinct()
            .ToArray();
        var known = (
            await connection.QueryAsync<(string SessionId, long PayoutId, int N)>(
                new CommandDefinition(
                    Sql.Text("find_sessions"),
                    new { session_ids = keys.Select(key => key.Id).Distinct().ToArray() },
                    transaction,
                    cancellationToken: cancellationToken
                )
            )
        ).ToDictionary(found => found.SessionId, found => new Owner(found.PayoutId, found.N, Bound: true));
        var references = keys.Where(key => key.Reference is not null && !known.ContainsKey(key.Id))
            .Select(key => key.Reference!)
            .ToArray();
        var waiting =
            references.Length == 0
                ? []
                : (
                    await connection.QueryAsync<(string BankRef, long PayoutId, int N)>(
                        new CommandDefinition(
                            Sql.Text("find_initiating"),
                            new { refs = references },
                            transaction,
                            cancellationToken: cancellationToken
                        )
                    )
                ).ToDictionary(found => found.BankRef, found => new Owner(found.PayoutId, found.N, Bound: false));
        Dictionary<(string, string?), Owner> owners = [];
        foreach (var (id, reference) in keys)
            if (
                known.TryGetValue(id, out var owner)
                || (reference is not null && waiting.TryGetValue(reference, out owner))
            )
                owners[(id, reference)] = owner;
        return owners;
    }

    public static string? Reference(WebhookView view) =>
        view.Session!.Reference ?? (view.Session.Payouts is [var only] ? only.Reference : null);

    /// <param name="Bound">The session is known to be the payout's; else only the reference says so.</param>
    internal sealed record Owner(long PayoutId, int N, bool Bound);
}
