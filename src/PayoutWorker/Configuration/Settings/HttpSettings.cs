namespace PayoutWorker.Host.Configuration.Settings;

/// <summary>Section <c>Http</c>: two listeners that share nothing.</summary>
internal sealed class HttpSettings
{
    /// <summary>For the bank's webhooks, behind a proxy that ends TLS.</summary>
    public string WebhookUrl { get; init; } = "http://127.0.0.1:8080";

    /// <summary>For health and metrics; never for the internet.</summary>
    public string AdminUrl { get; init; } = "http://127.0.0.1:8081";
}
