namespace PayoutWorker.Inbox;

/// <summary>What one run of the inbox job did.</summary>
/// <param name="Taken">Webhooks.</param>
/// <param name="Moved">Ids of the payouts whose state changed.</param>
/// <param name="Troubled">Those of them that went wrong.</param>
internal sealed record InboxSummary(int Taken, IReadOnlyList<long> Moved, IReadOnlyList<long> Troubled)
{
    public static readonly InboxSummary Empty = new(0, [], []);

    /// <summary>In words; null when there was nothing to do.</summary>
    public string? Text =>
        Taken == 0 ? null : $"{Taken} {(Taken == 1 ? "webhook" : "webhooks")}: {Moved.Count} moved a payout";

    public static InboxSummary operator +(InboxSummary one, InboxSummary other) =>
        new(one.Taken + other.Taken, [.. one.Moved, .. other.Moved], [.. one.Troubled, .. other.Troubled]);
}
