namespace PayoutWorker.Host.Configuration.Settings;

/// <summary>Section <c>AtRest</c>: what the bank told about people is sealed before it is written.</summary>
internal sealed class AtRestSettings
{
    /// <summary>Keys that wrap the data keys, 32 bytes in Base64 each; the current one first. None: written in clear.</summary>
    public IReadOnlyList<string> KeyFiles { get; init; } = [];
}
