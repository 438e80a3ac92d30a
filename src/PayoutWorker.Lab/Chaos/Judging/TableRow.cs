namespace PayoutWorker.Lab.Chaos.Judging;

/// <summary>A payout as our tables have it.</summary>
internal sealed record TableRow(
    long Id,
    string Key,
    string State,
    string? Shown,
    string? HeldKind,
    string? Reason,
    long ReturnedAmount
);

/// <summary>A line of its history.</summary>
internal sealed record TableEvent(
    long PayoutId,
    string Who,
    string? FromState,
    string ToState,
    string Why,
    string? Evidence,
    DateTime At
);

/// <summary>An intent, and what became of it.</summary>
internal sealed record TableCall(
    long PayoutId,
    int SessionN,
    string Step,
    int Sends,
    string? Outcome,
    string? BankCode,
    DateTime IntendedAt,
    string? SessionId,
    string? SessionState
);
