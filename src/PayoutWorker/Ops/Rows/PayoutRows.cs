namespace PayoutWorker.Host.Ops.Rows;

/// <summary>A payout in a list.</summary>
public sealed class ListRow
{
    public long? Id { get; init; }
    public string ErpKey { get; init; } = "";
    public string State { get; init; } = "";
    public string? Kind { get; init; }
    public long Amount { get; init; }
    public string Currency { get; init; } = "";
    public string Method { get; init; } = "";
    public string? RecipientName { get; init; }
    public string? RecipientAccount { get; init; }
    public string? CardLast4 { get; init; }
    public DateTime CreatedAt { get; init; }
    public DateTime? Since { get; init; }
    public string? Reason { get; init; }
    public string? RegisterId { get; init; }

    /// <summary>The oldest id that was looked at for this page, and how many there were.</summary>
    public long? Scanned { get; init; }
    public int RowsScanned { get; init; }
}

public sealed class PayoutRow
{
    public long Id { get; init; }
    public string ErpKey { get; init; } = "";
    public string Method { get; init; } = "";
    public string? Flow { get; init; }
    public long Amount { get; init; }
    public string Currency { get; init; } = "";
    public string? SenderAccount { get; init; }
    public string? RecipientName { get; init; }
    public string? RecipientAccount { get; init; }
    public string? RecipientBik { get; init; }
    public string? RecipientInn { get; init; }
    public string? RecipientKpp { get; init; }
    public string? Purpose { get; init; }
    public bool IsFast { get; init; }
    public string? CardLast4 { get; init; }
    public string? Metadata { get; init; }
    public DateTime? NotBefore { get; init; }
    public int Priority { get; init; }

    /// <summary>When payee, purpose and metadata were erased.</summary>
    public DateTime? ErasedAt { get; init; }
    public string? RegisterId { get; init; }
    public DateTime CreatedAt { get; init; }
    public string CreatedBy { get; init; } = "";
    public string State { get; init; } = "";
    public string InWords { get; init; } = "";
    public string? Kind { get; init; }
    public DateTime Since { get; init; }
    public DateTime? NextLookAt { get; init; }
    public string? Reason { get; init; }
    public string? ErrorCode { get; init; }
    public string? ErrorText { get; init; }
    public long ReturnedAmount { get; init; }
    public string? BankSessionId { get; init; }
    public string? BankPayoutId { get; init; }
    public DateTime? FinishedAt { get; init; }
    public bool MayPayAgain { get; init; }
    public bool CancelAsked { get; init; }
    public bool HoldAsked { get; init; }
    public string? Project { get; init; }
    public string? HeldFrom { get; init; }
    public string? Owner { get; init; }
    public int? Claims { get; init; }
    public int? Polls { get; init; }
    public string Explained { get; init; } = "";
    public string[] Allowed { get; init; } = [];
    public long? ReissueOf { get; init; }
    public string? ReissueOfKey { get; init; }
    public long? ReissuedAs { get; init; }
    public string? ReissuedAsKey { get; init; }
    public DateTime? ReturnAskedAt { get; init; }
}

public sealed class EventRow
{
    public long Id { get; init; }
    public DateTime At { get; init; }
    public string Who { get; init; } = "";
    public string? FromState { get; init; }
    public string ToState { get; init; } = "";
    public string Why { get; init; } = "";
    public string? Evidence { get; init; }
}

public sealed class CallRow
{
    public int SessionN { get; init; }
    public string Step { get; init; } = "";
    public string IdempotencyKey { get; init; } = "";
    public int Sends { get; init; }
    public string IntendedBy { get; init; } = "";
    public DateTime IntendedAt { get; init; }
    public DateTime LastSentAt { get; init; }
    public DateTime? AnsweredAt { get; init; }
    public string? Outcome { get; init; }
    public int? HttpStatus { get; init; }
    public string? BankCode { get; init; }
    public string? BankText { get; init; }
    public int? DurationMs { get; init; }
}

public sealed class SessionRow
{
    public int N { get; init; }
    public string? SessionId { get; init; }
    public string State { get; init; } = "";
    public string? Evidence { get; init; }
    public DateTime OpenedAt { get; init; }
}

public sealed class WebhookRow
{
    public long Id { get; init; }
    public string? Type { get; init; }
    public string? SessionId { get; init; }
    public DateTime ReceivedAt { get; init; }
    public DateTime? AppliedAt { get; init; }
    public string? Outcome { get; init; }
    public string KeyId { get; init; } = "";
}

public sealed class ResolutionRow
{
    public string Outcome { get; init; } = "";
    public string Evidence { get; init; } = "";
    public string ProposedBy { get; init; } = "";
    public DateTime ProposedAt { get; init; }
    public string? ApprovedBy { get; init; }
    public DateTime? ApprovedAt { get; init; }
}

/// <summary>What the page of one payout shows.</summary>
public sealed record PayoutView(
    PayoutRow Payout,
    IReadOnlyList<EventRow> Events,
    IReadOnlyList<CallRow> Calls,
    IReadOnlyList<SessionRow> Sessions,
    IReadOnlyList<WebhookRow> Webhooks,
    IReadOnlyList<ResolutionRow> Resolutions,
    IReadOnlyList<ViewRow> Views
);

/// <summary>What a page of confirmation shows of its payout.</summary>
public sealed class ActionRow
{
    public long Id { get; init; }
    public string ErpKey { get; init; } = "";
    public long Amount { get; init; }
    public string Currency { get; init; } = "";
    public string? RecipientName { get; init; }
    public string State { get; init; } = "";
    public string InWords { get; init; } = "";
    public string[] Allowed { get; init; } = [];
    public string? Proposal { get; init; }
}

/// <summary>How many payouts a list holds now.</summary>
public sealed class BulkSum
{
    public string Currency { get; init; } = "";
    public long Payouts { get; init; }
    public long Minor { get; init; }
    public long Newest { get; init; }

    /// <summary>When the database looked.</summary>
    public DateTime SeenAt { get; init; }
}

public sealed class BulkPart
{
    public long Last { get; init; }
    public long Found { get; init; }
    public long Done { get; init; }
    public long Refused { get; init; }
}
