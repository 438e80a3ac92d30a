namespace PayoutWorker.Host.Ops.Rows;

// Public, like all rows of the pages: a component's parameters must be, and components are.

/// <summary>Payouts of one state (and kind of hold, or reason) and their sum in minor units of one currency.</summary>
public sealed class StateSum
{
    public string State { get; init; } = "";
    public string? Kind { get; init; }
    public string? Reason { get; init; }
    public string Currency { get; init; } = "";
    public long Payouts { get; init; }
    public long Minor { get; init; }
    public DateTime? Since { get; init; }
}

/// <summary>What became final within one hour.</summary>
public sealed class HourSum
{
    public DateTime Hour { get; init; }
    public string State { get; init; } = "";
    public string Currency { get; init; } = "";
    public long Payouts { get; init; }
    public long Minor { get; init; }
}

public sealed class DueRow
{
    public long Due { get; init; }
    public DateTime? OldestDue { get; init; }
}

public sealed class StuckRow
{
    public long Id { get; init; }
    public string ErpKey { get; init; } = "";
    public string State { get; init; } = "";
    public long Amount { get; init; }
    public string Currency { get; init; } = "";
    public DateTime Since { get; init; }
    public DateTime DueAt { get; init; }
    public int Claims { get; init; }
    public string? Owner { get; init; }
    public long AllOfThem { get; init; }
}

public sealed class AlarmRow
{
    public long Id { get; init; }
    public string Kind { get; init; } = "";
    public string Subject { get; init; } = "";
    public string Text { get; init; } = "";
    public long? PayoutId { get; init; }
    public int Times { get; init; }
    public DateTime RaisedAt { get; init; }
    public DateTime LastAt { get; init; }
    public string? AcknowledgedBy { get; init; }
    public DateTime? AcknowledgedAt { get; init; }
    public string? AcknowledgeReason { get; init; }
    public long Open { get; init; }
}

public sealed class CallSum
{
    public string Step { get; init; } = "";
    public string Outcome { get; init; } = "";
    public string Code { get; init; } = "";
    public int? HttpStatus { get; init; }
    public long Calls { get; init; }
    public DateTime? LastAt { get; init; }
}

public sealed class InboxRow
{
    public long Waiting { get; init; }
    public DateTime? Oldest { get; init; }
}

public sealed class LagRow
{
    public DateTime? LastAt { get; init; }
    public TimeSpan? Median { get; init; }
    public TimeSpan? Most { get; init; }
}

public sealed class SwitchRow
{
    public long Id { get; init; }
    public string Scope { get; init; } = "";
    public string Value { get; init; } = "";
    public string StoppedBy { get; init; } = "";
    public DateTime StoppedAt { get; init; }
    public string Reason { get; init; } = "";
    public string? ResumedBy { get; init; }
    public DateTime? ResumedAt { get; init; }
    public string? ResumeReason { get; init; }

    /// <summary>What it stops, for people.</summary>
    public string What => Scope == "all" ? "all payouts" : $"{Scope} {Value}";
}

public sealed class GapRow
{
    public long Id { get; init; }
    public string FoundBy { get; init; } = "";
    public DateTime FoundAt { get; init; }
    public string Reason { get; init; } = "";
    public string? OverrideBy { get; init; }
    public DateTime? OverrideAt { get; init; }
    public string? OverrideReason { get; init; }
}

public sealed class NodeRow
{
    public string Name { get; init; } = "";
    public string Version { get; init; } = "";
    public string Scheduler { get; init; } = "";
    public DateTime StartedAt { get; init; }
    public TimeSpan Silent { get; init; }
}

public sealed class ClockRow
{
    public DateTime Now { get; init; }
    public DateTime Today { get; init; }
}

/// <summary>What the overview shows.</summary>
public sealed record Overview(
    ClockRow Clock,
    IReadOnlyList<StateSum> Open,
    IReadOnlyList<StateSum> Held,
    DueRow Due,
    IReadOnlyList<StuckRow> Stuck,
    IReadOnlyList<AlarmRow> Alarms,
    IReadOnlyList<CallSum> Calls,
    InboxRow Inbox,
    LagRow Lag,
    IReadOnlyList<SwitchRow> Switches,
    GapRow? Gap,
    IReadOnlyList<NodeRow> Nodes,
    IReadOnlyList<HourSum> Hours,
    IReadOnlyList<string> Paused
);
