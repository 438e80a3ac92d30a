using Microsoft.AspNetCore.Server.Kestrel.Core;
using PayoutWorker.Host.Configuration;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Inbox;

namespace PayoutWorker.Host.Run;

/// <summary>The two listeners, their bounds, and what they are really bound to.</summary>
internal sealed class Listeners
{
    private readonly List<(ListenerName Name, ListenOptions Options)> _bound = [];

    public void Configure(KestrelServerOptions kestrel, HttpSettings settings, bool withWebhook = true)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = WebhookEndpoint.MaxBodyBytes;
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestLineSize = 4 * 1024;
        limits.MaxConcurrentConnections = 1000;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        if (withWebhook)
            Listen(kestrel, ListenerName.Webhook, settings.WebhookUrl);
        Listen(kestrel, ListenerName.Admin, settings.AdminUrl);
    }

    /// <summary>After the start: the addresses with the ports that were really taken.</summary>
    public IEnumerable<(string Name, string Url)> Addresses =>
        _bound.Select(listener => (listener.Name.Text, $"http://{listener.Options.IPEndPoint}"));

    private void Listen(KestrelServerOptions kestrel, ListenerName name, string url)
    {
        var address =
            ListenerAddress.Parse(url) ?? throw new InvalidOperationException($"'{url}' was not checked before");
        kestrel.Listen(
            address.EndPoint,
            options =>
            {
                options.Protocols = HttpProtocols.Http1;
                options.Use(next =>
                    connection =>
                    {
                        connection.Features.Set(name);
                        return next(connection);
                    }
                );
                _bound.Add((name, options));
            }
        );
    }
}
