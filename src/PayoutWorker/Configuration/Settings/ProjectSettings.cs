using PayoutWorker.Payouts;

namespace PayoutWorker.Host.Configuration.Settings;

/// <summary>A project at the bank.</summary>
internal sealed class ProjectSettings
{
    /// <summary>Our name for it; each payout keeps it, so it must not change while payouts are open.</summary>
    public string? Name { get; init; }

    /// <summary>The id that the bank issued.</summary>
    public string? PartnerProject { get; init; }

    /// <summary>PEM file of the private key that signs for this project.</summary>
    public string? PrivateKeyFile { get; init; }

    /// <summary>Several instead of <see cref="PrivateKeyFile"/>: the newest one that counts now signs.</summary>
    public IReadOnlyList<KeySettings> PrivateKeys { get; init; } = [];

    /// <summary>Whichever of both is set.</summary>
    public IReadOnlyList<KeySettings> SigningKeys =>
        PrivateKeys.Count > 0 ? PrivateKeys
        : string.IsNullOrWhiteSpace(PrivateKeyFile) ? []
        : [KeySettings.OfFile(PrivateKeyFile)];

    /// <summary>The bank confirms by itself: there the first call is the one that pays.</summary>
    public bool AutoConfirm { get; init; }

    /// <summary>What it pays.</summary>
    public IReadOnlyList<Method> Methods { get; init; } = [];

    /// <summary>Accounts that it pays from; empty: all that no other project names.</summary>
    public IReadOnlyList<string> SenderAccounts { get; init; } = [];

    /// <summary>
    /// Own accounts (20 digits) whose daily statement is asked for through this project and compared with the payouts;
    /// cards that it pays are looked for in the first of them.
    /// </summary>
    public IReadOnlyList<string> StatementAccounts { get; init; } = [];

    /// <summary>Calls that this process begins in a second at most; left out: as many as the bank takes.</summary>
    public double? CallsPerSecond { get; init; }

    /// <summary>Only for non-resident financial institutions.</summary>
    public string? SubMerchant { get; init; }
}
