namespace PayoutWorker.Audit;

/// <summary>How many months after a payout's end what of it is kept; null for ever.</summary>
internal sealed record Retention(int? Events, int? Calls, int? WebhookBodies, int? PersonalData)
{
    public static readonly Retention Everything = new(null, null, null, null);

    /// <summary>What is to be erased, as the database names it, and after how many months.</summary>
    public IEnumerable<(string What, int Months)> Limited =>
        from limit in new[]
        {
            ("webhooks", WebhookBodies),
            ("calls", Calls),
            ("personal", PersonalData),
            ("events", Events),
        }
        where limit.Item2 is not null
        select (limit.Item1, limit.Item2!.Value);
}
