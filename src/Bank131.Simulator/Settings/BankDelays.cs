namespace Bank131.Simulator;

/// <summary>How long the bank takes, before <see cref="SimulatorOptions.Scale"/>.</summary>
internal sealed record BankDelays
{
    /// <summary>From start to <c>next_action = confirm</c>.</summary>
    public TimeSpan Check { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>From confirm to the final word.</summary>
    public TimeSpan Pay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>From cancel to the final word.</summary>
    public TimeSpan Cancel { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the bank waits for confirm or cancel.</summary>
    public TimeSpan ConfirmTimeout { get; init; } = TimeSpan.FromMinutes(240);

    /// <summary>From a call to its answer: the network and the bank's own work.</summary>
    public TimeSpan Answer { get; init; }

    /// <summary>How far <c>session/status</c> lags behind the truth.</summary>
    public TimeSpan StatusLag { get; init; }
}
