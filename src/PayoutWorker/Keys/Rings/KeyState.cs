namespace PayoutWorker.Host.Keys.Rings;

/// <summary>One key as operators see it.</summary>
/// <param name="Use">Which ring it is in: the bank, a project's name, or cards.</param>
/// <param name="State">signs, verifies, seals, opens, spare, not yet or over.</param>
internal sealed record KeyState(
    string Use,
    string Id,
    string Fingerprint,
    DateTimeOffset? ValidFrom,
    DateTimeOffset? ValidTo,
    string State
);
