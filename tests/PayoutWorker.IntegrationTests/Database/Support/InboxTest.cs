using PayoutWorker.Store;

namespace PayoutWorker.IntegrationTests.Database.Support;

/// <summary>Stores webhooks and applies them as the inbox job does.</summary>
internal abstract class InboxTest : DatabaseTest
{
    protected const string MakeDue = "UPDATE payouts.webhook SET due_at = now() WHERE applied_at IS NULL";

    private PostgresStore? _store;

    protected PostgresStore Store => _store ??= Db.Store();

    [SetUp]
    public void ForgetStore() => _store = null;

    /// <summary>Stores them one after the other: each is older than the next.</summary>
    protected async Task AddAsync(params byte[][] bodies)
    {
        foreach (var body in bodies)
            await Store.AddWebhookAsync(BankBody.Raw(body));
    }

    protected Task<InboxResult> ApplyAsync(InboxOrder? order = null) =>
        Store.ApplyInboxAsync(order ?? Rules.Inbox, default);

    /// <summary>Type, session id, outcome, applied and put off of every webhook, oldest first.</summary>
    protected Task<IReadOnlyList<WebhookLine>> WebhooksAsync() =>
        Db.ListAsync<WebhookLine>(
            """
            SELECT type, session_id AS session, outcome, applied_at IS NOT NULL AS applied, due_at > now() AS "putOff"
            FROM payouts.webhook ORDER BY id
            """
        );

    /// <summary>The moves of a payout, e.g. <c>started ready</c>, in their order.</summary>
    protected async Task<string> MovesAsync(long id) =>
        string.Join(
            ", ",
            await Db.ListAsync<string>(
                "SELECT from_state || ' ' || to_state FROM payouts.event WHERE payout_id = @id ORDER BY id",
                new { id }
            )
        );

    internal sealed record WebhookLine(string? Type, string? Session, string? Outcome, bool Applied, bool PutOff);
}
