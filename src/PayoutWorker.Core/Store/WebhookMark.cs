using Bank131.Webhooks;
using PayoutWorker.AtRest;
using PayoutWorker.Payouts;

namespace PayoutWorker.Store;

/// <summary>A line of take_webhooks.sql.</summary>
internal sealed class StoredWebhook
{
    public long Id { get; init; }
    public byte[] Sha256 { get; init; } = [];

    /// <summary>As stored: sealed, or in clear.</summary>
    public byte[] Body { get; init; } = [];
    public DateTimeOffset ReceivedAt { get; init; }
    public DateTimeOffset Now { get; init; }
}

/// <summary>What became of a stored webhook.</summary>
/// <param name="RetryIn">Look again after this; null: it is done with.</param>
/// <param name="Alarm">What a person should know of it.</param>
internal sealed record WebhookMark(
    long Id,
    string? Type,
    string? SessionId,
    long? PayoutId,
    string Outcome,
    TimeSpan? RetryIn,
    Alarm? Alarm = null
)
{
    /// <summary>A signed webhook that fits no payout, or cannot be read: it is kept, and polling finds what it said.</summary>
    public static WebhookMark Unowned(StoredWebhook webhook, WebhookView? view, InboxOrder order) =>
        view is null ? Useless(webhook, null, "unreadable")
        : view.Session is not { } session ? Useless(webhook, view.Type, "names no session")
        : Orphan(webhook, view.Type, session.Id, order);

    /// <summary>Its body cannot be decrypted: looked at again, ever more rarely, for as long as it takes.</summary>
    public static WebhookMark Locked(StoredWebhook webhook, string why, InboxOrder order) =>
        new(
            webhook.Id,
            null,
            null,
            null,
            "cannot be decrypted",
            TimeSpan.FromTicks(Math.Max(order.OrphanRetry.Ticks, (webhook.Now - webhook.ReceivedAt).Ticks / 2)),
            new Alarm(
                AlarmKind.KeyMissing,
                SealedForm.KeyOf(webhook.Body) is { } key ? $"data key {key}" : $"webhook {webhook.Id}",
                $"webhooks that cannot be decrypted wait, the last of them webhook {webhook.Id}: {why}"
            )
        );

    private static WebhookMark Useless(StoredWebhook webhook, string? type, string outcome) =>
        new(
            webhook.Id,
            type,
            null,
            null,
            outcome,
            null,
            new Alarm(
                AlarmKind.WebhookNotApplied,
                $"webhook {webhook.Id}",
                $"a signed webhook could not be used: {outcome}"
            )
        );

    // An orphan that stays one may be a payment that nobody here ordered.
    private static WebhookMark Orphan(StoredWebhook webhook, string? type, string sessionId, InboxOrder order)
    {
        const string outcome = "no payout of ours";
        var age = webhook.Now - webhook.ReceivedAt;
        var alarm =
            age < order.OrphanAlarm
                ? null
                : new Alarm(AlarmKind.Orphan, sessionId, $"webhook {webhook.Id} fits no payout: {outcome}");
        return new WebhookMark(webhook.Id, type, sessionId, null, outcome, LookAgain(age, order), alarm);
    }

    // An init's answer may still bring the session's id. Much later only a person can tell whose it is.
    private static TimeSpan? LookAgain(TimeSpan age, InboxOrder order) =>
        age < order.OrphanAlarm ? order.OrphanRetry
        : age < order.OrphanAlarm * 1000 ? TimeSpan.FromTicks(Math.Max(order.OrphanRetry.Ticks, age.Ticks / 2))
        : null;
}
