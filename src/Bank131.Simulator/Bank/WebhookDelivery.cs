namespace Bank131.Simulator;

/// <summary>One webhook to one partner; a repeat sends the same bytes.</summary>
internal sealed class WebhookDelivery(long number, BankSession session, string type, byte[] body, bool forged)
{
    public long Number { get; } = number;
    public BankSession Session { get; } = session;
    public string Type { get; } = type;
    public byte[] Body { get; } = body;

    /// <summary>Signed badly; nobody at the bank waits for its answer, so it is never repeated.</summary>
    public bool Forged { get; } = forged;

    public Uri Url => Session.Project.WebhookUrl!;

    /// <summary>1 for the first.</summary>
    public int Attempt { get; set; }
    public DateTimeOffset FirstSentAt { get; set; }
}
