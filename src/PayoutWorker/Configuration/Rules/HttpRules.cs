using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Configuration.Rules;

internal static class HttpRules
{
    public static void Check(WorkerConfiguration configuration, Findings findings)
    {
        var http = configuration.Http;
        var webhook = Listener("Http:WebhookUrl", http.WebhookUrl, findings);
        var admin = Listener("Http:AdminUrl", http.AdminUrl, findings);
        if (webhook is not null && admin is not null && webhook.Port == admin.Port && admin.Port != 0)
            findings.Add(
                "Http:AdminUrl",
                "another port than the webhook's",
                $"port {admin.Port} for both",
                "The internet must not reach health and metrics: give each a port."
            );
        if (admin is { IsLoopback: false })
            findings.Warn(
                "Http:AdminUrl",
                "a loopback address",
                http.AdminUrl,
                "Make sure that only your monitoring reaches it."
            );
        if (
            configuration.Telemetry.OtlpEndpoint is { } otlp
            && (!Uri.TryCreate(otlp, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        )
            findings.Add(
                "Telemetry:OtlpEndpoint",
                "an address such as http://collector:4317",
                $"'{otlp}'",
                "Correct or remove it."
            );
    }

    private static ListenerAddress? Listener(string path, string text, Findings findings)
    {
        if (ListenerAddress.Parse(text) is { } address)
            return address;
        findings.Add(
            path,
            "http://, an IP address or localhost, and a port",
            $"'{text}'",
            "For example http://0.0.0.0:8080; TLS ends in the proxy before it."
        );
        return null;
    }
}
