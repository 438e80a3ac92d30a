using PayoutWorker.Audit;

namespace PayoutWorker.Host.Configuration.Settings;

/// <summary>
/// Section <c>Retention</c>: how many whole months after a payout ended, and was sealed, what of it is erased. Left out:
/// never. The database's table payouts.retention sets the least.
/// </summary>
internal sealed class RetentionSettings
{
    public int? EventsMonths { get; init; }
    public int? CallsMonths { get; init; }
    public int? WebhookBodiesMonths { get; init; }

    /// <summary>Payee, purpose and metadata of orders, and the same in sessions and statement lines.</summary>
    public int? PersonalDataMonths { get; init; }

    public Retention Times => new(EventsMonths, CallsMonths, WebhookBodiesMonths, PersonalDataMonths);
}
