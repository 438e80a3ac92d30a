using System.Net;

namespace PayoutWorker.Host.Configuration;

/// <summary>Where a listener binds; port 0 takes a free one.</summary>
internal sealed record ListenerAddress(IPAddress Ip, int Port)
{
    /// <summary>Null when it is no plain http address of a local interface.</summary>
    public static ListenerAddress? Parse(string text)
    {
        const string Scheme = "http://";
        var rest = text.Trim().TrimEnd('/');
        if (!rest.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return null;
        rest = rest[Scheme.Length..];
        var colon = rest.LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(rest[(colon + 1)..], out var port))
            return null;
        var host = rest[..colon].Trim('[', ']');
        var ip = host switch
        {
            "localhost" => IPAddress.Loopback,
            "*" or "+" => IPAddress.Any,
            _ => IPAddress.TryParse(host, out var parsed) ? parsed : null,
        };
        return ip is null ? null : new ListenerAddress(ip, port);
    }

    public IPEndPoint EndPoint => new(Ip, Port);

    public bool IsLoopback => IPAddress.IsLoopback(Ip);
}
