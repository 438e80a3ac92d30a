namespace PayoutWorker.Host.Ops.Rows;

/// <summary>A difference between the bank's books and our rows. Amounts in minor units.</summary>
public sealed class DifferenceRow
{
    public long Id { get; init; }
    public DateOnly Day { get; init; }
    public string Account { get; init; } = "";
    public string Kind { get; init; } = "";
    public string Text { get; init; } = "";
    public string? ErpKey { get; init; }
    public long? PayoutId { get; init; }
    public string? PayoutState { get; init; }
    public string? PaymentId { get; init; }
    public long? AmountThere { get; init; }
    public long? AmountHere { get; init; }
    public string State { get; init; } = "";
    public string? Owner { get; init; }
    public DateTime FoundAt { get; init; }
    public string? ExplainedBy { get; init; }
    public DateTime? ExplainedAt { get; init; }
    public string? Why { get; init; }
    public string Currency { get; init; } = "";

    public bool IsOpen => State == "open";
}

/// <summary>Open differences of one kind.</summary>
public sealed class DifferenceSum
{
    public string Kind { get; init; } = "";
    public long Differences { get; init; }
    public DateTime Oldest { get; init; }
    public long Nobodys { get; init; }
}

/// <summary>What somebody did about a difference.</summary>
public sealed class DifferenceNoteRow
{
    public DateTime At { get; init; }
    public string Who { get; init; } = "";
    public string What { get; init; } = "";
    public string? Why { get; init; }
}
