namespace Bank131.Simulator;

internal enum SessionState
{
    Created,
    InProgress,
    Accepted,
    Cancelled,
    Error,
}

internal sealed record BankErrorBody(string Code, string Description);

/// <summary>A session as the bank keeps it.</summary>
internal sealed class BankSession(string id, SimulatedProject project, bool rko, int version, DateTimeOffset created)
{
    public string Id { get; } = id;
    public SimulatedProject Project { get; } = project;

    /// <summary>From a settlement account: upper-case currency, no metadata echo, confirm_information.</summary>
    public bool Rko { get; set; } = rko;

    /// <summary>Of the API, as in the call that started it.</summary>
    public int Version { get; set; } = version;
    public DateTimeOffset CreatedAt { get; } = created;
    public DateTimeOffset UpdatedAt { get; set; } = created;
    public SessionState State { get; set; }
    public List<BankPayout> Payouts { get; } = [];
    public bool AwaitsConfirm { get; set; }
    public bool Cancelling { get; set; }
    public byte[]? ConfirmInformation { get; set; }
    public BankErrorBody? Error { get; set; }
    public int Confirms { get; set; }
    public PayoutOrder Prefilled { get; set; } = PayoutOrder.Empty;
    public string? Metadata { get; set; }

    /// <summary>Raised by every confirm, cancel and wait, so that an old time-out knows that it is old.</summary>
    public int Stage { get; set; }

    /// <summary>Webhooks that wait for the next one to overtake them.</summary>
    public List<WebhookDelivery> Overtaken { get; } = [];

    /// <summary>What status showed and since when, kept only while status lags.</summary>
    public List<(DateTimeOffset Since, byte[] V1, byte[] V2)> Shown { get; } = [];

    public string? Payee => Payouts.Count > 0 ? Payouts[0].Asked.Payee : Prefilled.Payee;
    public long? Amount => Payouts.Count > 0 ? Payouts[0].Asked.Amount : Prefilled.Amount;
}
