using System.Collections.Concurrent;
using Bank131.Messages;
using Bank131.Signing;
using Bank131.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bank131.Simulator.Tests.Support;

/// <summary>A webhook as the partner got it.</summary>
internal sealed record Got(DateTimeOffset At, WebhookView View, byte[] Body, string? KeyId)
{
    public string? Type => View.Type;
    public string? SessionId => View.Session?.Id;
}

/// <summary>The partner's end of the webhooks: a real server that keeps what comes and answers as told.</summary>
internal sealed class Partner : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly VerifyingKeys _keys = new([("current", Keys.Bank.Public), ("next", Keys.NextBank.Public)]);
    private readonly SemaphoreSlim _came = new(0);
    private readonly ConcurrentQueue<Got> _got = new();

    private Partner(WebApplication app) => _app = app;

    public Uri WebhookUrl { get; private set; } = null!;

    /// <summary>The HTTP status for the nth webhook (from 1); 200 unless told otherwise.</summary>
    public Func<int, int> Answer { get; set; } = _ => 200;
    public IReadOnlyList<Got> All => [.. _got];

    public static async Task<Partner> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var partner = new Partner(builder.Build());
        partner._app.Run(partner.TakeAsync);
        await partner._app.StartAsync();
        var addresses = partner._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        partner.WebhookUrl = new Uri(addresses.Addresses.First() + "/webhooks/bank131");
        return partner;
    }

    public Task<Got> WaitAsync(string type, int nth = 1) => WaitAsync(g => g.Type == type && g.KeyId is not null, nth);

    /// <summary>The nth webhook that fits, waited for at most ten seconds.</summary>
    public async Task<Got> WaitAsync(Func<Got, bool> fits, int nth = 1)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (true)
        {
            if (_got.Where(fits).Skip(nth - 1).FirstOrDefault() is { } found)
                return found;
            try
            {
                await _came.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                var seen = string.Join(", ", _got.Select(g => g.Type));
                throw new AssertionException($"the webhook did not come in time; came: {seen}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _keys.Dispose();
        _came.Dispose();
    }

    private async Task TakeAsync(HttpContext http)
    {
        using var buffer = new MemoryStream();
        await http.Request.Body.CopyToAsync(buffer, http.RequestAborted);
        var body = buffer.ToArray();
        var keyId = _keys.Verify(body, http.Request.Headers[BankHeader.Sign]);
        _got.Enqueue(new Got(TimeProvider.System.GetUtcNow(), WebhookView.Read(body)!, body, keyId));
        http.Response.StatusCode = keyId is null ? 401 : Answer(_got.Count);
        _came.Release();
    }
}
