using System.CommandLine;
using System.Net;
using PayoutWorker.Host.Configuration;

namespace PayoutWorker.Host.Verbs;

/// <summary><c>health</c>: asks a running worker, for containers that have neither a shell nor curl.</summary>
internal static class HealthVerb
{
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(8);

    public static Command Create()
    {
        var options = new CommonOptions();
        var url = new Option<string?>("--url") { Description = "instead of Http:AdminUrl of the configuration" };
        var command = new Command("health", "Ask /health/ready of the worker here; exit code 0 when it is ready.")
        {
            options.Config,
            url,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                AskAsync(parsed.GetValue(url) ?? options.Read(parsed).Configuration.Http.AdminUrl, cancellationToken)
        );
        return command;
    }

    private static async Task<int> AskAsync(string adminUrl, CancellationToken cancellationToken)
    {
        if (ListenerAddress.Parse(adminUrl) is not { Port: > 0 } address)
            throw new StartException($"'{adminUrl}' is no address with a port; give --url", ExitCode.CheckFailed);
        var ip =
            address.Ip.Equals(IPAddress.Any) || address.Ip.Equals(IPAddress.IPv6Any) ? IPAddress.Loopback : address.Ip;
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { Timeout = AtMost };
        try
        {
            var ask = new Uri($"http://{new IPEndPoint(ip, address.Port)}/health/ready");
            using var response = await http.GetAsync(ask, cancellationToken);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            await Console.Out.WriteLineAsync(body.TrimEnd());
            return response.IsSuccessStatusCode ? ExitCode.Ok : ExitCode.CheckFailed;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            throw new StartException($"no worker answers at {adminUrl}: {e.Message}", ExitCode.CheckFailed);
        }
    }
}
