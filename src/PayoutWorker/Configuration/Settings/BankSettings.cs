namespace PayoutWorker.Host.Configuration.Settings;

/// <summary>Section <c>Bank</c>.</summary>
internal sealed class BankSettings
{
    public string BaseUrl { get; init; } = "https://demo.bank131.ru/";

    public BankEnvironment Environment { get; init; } = BankEnvironment.Demo;

    /// <summary>For name, TCP and TLS together.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The bank's keys; a webhook signed with any of them is good.</summary>
    public IReadOnlyList<KeySettings> PublicKeys { get; init; } = [];

    public IReadOnlyList<ProjectSettings> Projects { get; init; } = [];
}

/// <summary>Which bank: money is real in one of them.</summary>
internal enum BankEnvironment
{
    Demo,
    Live,
}
