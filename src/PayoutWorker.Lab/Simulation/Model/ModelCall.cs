using PayoutWorker.Payouts;

namespace PayoutWorker.Lab.Simulation.Model;

/// <summary>A row of <c>bank_call</c>, and what the judge needs to know of it.</summary>
internal sealed class ModelCall(Step step, int sessionN, string key)
{
    public Step Step { get; } = step;
    public int SessionN { get; } = sessionN;
    public string Key { get; } = key;
    public int Sends { get; set; } = 1;
    public DateTimeOffset LastSentAt { get; set; }
    public byte[]? BodyHash { get; set; }
    public string? Outcome { get; set; }
    public string? Code { get; set; }
    public string? Text { get; set; }

    /// <summary>Who intended the last send, and in which commit.</summary>
    public string IntendedBy { get; set; } = "";
    public long IntendedIn { get; set; }

    /// <summary>That intent has been used: one send for each.</summary>
    public bool IsUsed { get; set; }

    public ModelCall Copy() => (ModelCall)MemberwiseClone();
}
