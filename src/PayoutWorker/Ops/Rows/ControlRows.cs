namespace PayoutWorker.Host.Ops.Rows;

/// <summary>A register of which something waits for approval, in one currency.</summary>
public sealed class ApprovalRegisterRow
{
    public string RegisterId { get; init; } = "";
    public string Currency { get; init; } = "";
    public long Payouts { get; init; }
    public long Amount { get; init; }
    public long Largest { get; init; }

    /// <summary>Of the register's orders in this currency.</summary>
    public string ContentHash { get; init; } = "";
}

/// <summary>An order that waits for approval. In a list the columns of its page alone are empty.</summary>
public sealed class ApprovalRow
{
    public long Id { get; init; }
    public string ErpKey { get; init; } = "";
    public string State { get; init; } = "";
    public string Method { get; init; } = "";
    public string Flow { get; init; } = "";
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
    public short Priority { get; init; }
    public string? RegisterId { get; init; }
    public DateTime CreatedAt { get; init; }
    public string CreatedBy { get; init; } = "";
    public string? OrderedBy { get; init; }
    public long RuleId { get; init; }
    public string ContentHash { get; init; } = "";

    /// <summary>Its row is not what was ordered any more.</summary>
    public bool Changed { get; init; }
}

/// <summary>A rule for approval, or a money limit.</summary>
public sealed class ControlRow
{
    public long Id { get; init; }
    public string Scope { get; init; } = "";
    public string? Method { get; init; }
    public string? SenderAccount { get; init; }
    public string? Currency { get; init; }
    public long? Amount { get; init; }
    public long? Count { get; init; }
    public string Reason { get; init; } = "";
    public string SetBy { get; init; } = "";
    public DateTime SetAt { get; init; }
    public string? EndAskedBy { get; init; }
    public DateTime? EndAskedAt { get; init; }
    public string? EndAskedReason { get; init; }
    public string? EndedBy { get; init; }
    public DateTime? EndedAt { get; init; }
    public string? EndReason { get; init; }

    /// <summary>Payouts that a limit holds now.</summary>
    public long Held { get; init; }
}

/// <summary>What one call for a register did.</summary>
public sealed class RegisterPart
{
    public long Done { get; init; }
    public long Refused { get; init; }
    public long? NextAfter { get; init; }
}
