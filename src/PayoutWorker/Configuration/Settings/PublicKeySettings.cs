namespace PayoutWorker.Host.Configuration.Settings;

/// <summary>A public key of the bank.</summary>
internal sealed class PublicKeySettings
{
    /// <summary>Our name for it, kept with each webhook.</summary>
    public string? Id { get; init; }

    public string? File { get; init; }
}
