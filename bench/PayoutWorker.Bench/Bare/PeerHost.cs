using System.Net;
using Bank131.Messages;
using Bank131.Webhooks;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace PayoutWorker.Bench.Bare;

/// <summary>A peer's process: the endpoint for webhooks, its loop, and an orderly end.</summary>
internal static class PeerHost
{
    /// <param name="received">Keeps a verified webhook; the bank is answered when it returns.</param>
    /// <param name="work">Runs until the process is told to end.</param>
    public static async Task RunAsync(
        PeerSettings settings,
        Func<byte[], string, WebhookView, Task> received,
        Func<CancellationToken, Task> work
    )
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, settings.WebhookPort, listen => listen.Protocols = HttpProtocols.Http1)
        );
        await using var app = builder.Build();
        app.Run(http => HandleAsync(settings, received, http));
        using var stop = new CancellationTokenSource();
        using var signal = System.Runtime.InteropServices.PosixSignalRegistration.Create(
            System.Runtime.InteropServices.PosixSignal.SIGTERM,
            context =>
            {
                context.Cancel = true;
                stop.Cancel();
            }
        );
        await app.StartAsync();
        var working = work(stop.Token);
        await Console.Out.WriteLineAsync("ready");
        try
        {
            await working;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The way it ends.
        }
        await app.StopAsync();
    }

    private static async Task HandleAsync(
        PeerSettings settings,
        Func<byte[], string, WebhookView, Task> received,
        HttpContext http
    )
    {
        using var buffer = new MemoryStream(4096);
        await http.Request.Body.CopyToAsync(buffer);
        var (body, signature) = (buffer.ToArray(), http.Request.Headers[BankHeader.Sign].ToString());
        if (settings.BankKeys.Verify(body, signature) is null || WebhookView.Read(body) is not { } view)
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }
        await received(body, signature, view);
    }
}
