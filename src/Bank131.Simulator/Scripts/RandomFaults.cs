namespace Bank131.Simulator;

/// <summary>
/// Faults by chance, the same for the same seed and the same calls. Probabilities are between 0 and 1.
/// </summary>
internal sealed record RandomFaults(int Seed)
{
    public IReadOnlyDictionary<CallFaultKind, double> Calls { get; init; } = new Dictionary<CallFaultKind, double>();

    public IReadOnlyDictionary<WebhookFaultKind, double> Webhooks { get; init; } =
        new Dictionary<WebhookFaultKind, double>();

    public IReadOnlyDictionary<Outcome, double> Outcomes { get; init; } = new Dictionary<Outcome, double>();

    /// <summary>Whole scripts by chance: a new payout without a script of its own gets one, with its payee.</summary>
    public IReadOnlyList<RandomScript> Scripts { get; init; } = [];

    /// <summary>The share of paid account payouts that come back in full.</summary>
    public double Returned { get; init; }

    /// <summary>A delay where one is needed lies between zero and this.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether a broken connection is a silent one, every second time.</summary>
    public bool SometimesSilent { get; init; }
}

/// <param name="Share">Of new payouts, between 0 and 1.</param>
/// <param name="Script">Its payee is replaced.</param>
internal sealed record RandomScript(double Share, PayoutScript Script);
