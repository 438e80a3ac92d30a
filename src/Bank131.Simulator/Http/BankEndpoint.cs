using System.Globalization;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Bank131.Messages;
using Microsoft.AspNetCore.Connections.Features;

namespace Bank131.Simulator;

/// <summary>
/// The bank's methods over HTTP: reads a call whole, asks the bank, and answers as the bank or a fault says.
/// </summary>
internal sealed class BankEndpoint(BankGate gate, WebhookCourier courier, SimulatorOptions options)
{
    private const int MaxBody = 256 * 1024;

    private readonly TimeSpan _delay = options.Delays.Answer * options.Scale;
    private readonly TokenBucketRateLimiter? _limit =
        options.MaxCallsPerSecond == 0 ? null : Limit(options.MaxCallsPerSecond);

    public async Task HandleAsync(HttpContext http, CancellationToken cancellationToken)
    {
        if (!HttpMethods.IsPost(http.Request.Method))
        {
            http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }
        if (await ReadAsync(http.Request, cancellationToken) is not { } body)
        {
            http.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return;
        }
        if (_limit is not null && !_limit.AttemptAcquire().IsAcquired)
        {
            gate.Do(
                (bank, now) =>
                {
                    bank.NoteTooMany(One(http, BankHeader.Project), now);
                    return true;
                }
            );
            http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            http.Response.Headers.RetryAfter = "1";
            return;
        }
        var request = new BankRequest(
            One(http, BankHeader.Project),
            http.Request.Path.Value ?? "",
            body,
            One(http, BankHeader.Sign),
            One(http, BankHeader.IdempotencyKey)
        );
        var caller = gate.Authenticate(request);
        var reply = gate.Do((bank, now) => bank.Handle(request, caller, now));
        gate.Wake();
        foreach (var delivery in reply.SendFirst)
            await courier.SendAsync(delivery, cancellationToken);
        await WriteAsync(http, reply, cancellationToken);
    }

    // Filled up ten times a second: a bank counts in short windows too.
    private static TokenBucketRateLimiter Limit(int perSecond) =>
        new(
            new TokenBucketRateLimiterOptions
            {
                TokenLimit = Math.Max(1, perSecond / 5),
                TokensPerPeriod = Math.Max(1, perSecond / 10),
                ReplenishmentPeriod = TimeSpan.FromMilliseconds(Math.Max(100, 1000 / perSecond)),
                QueueLimit = 0,
            }
        );

    private async Task WriteAsync(HttpContext http, BankReply reply, CancellationToken cancellationToken)
    {
        if (reply.Delay + _delay > TimeSpan.Zero)
            await Task.Delay(reply.Delay + _delay, cancellationToken);
        if (reply.Fate == ReplyFate.Reset)
        {
            Reset(http);
            return;
        }
        if (reply.Fate == ReplyFate.Silence)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return;
        }
        http.Response.StatusCode = reply.HttpStatus;
        http.Response.ContentType = reply.ContentType;
        http.Response.ContentLength = reply.Body.Length;
        if (reply.RetryAfter is { } pause)
            http.Response.Headers.RetryAfter = ((long)pause.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (reply.Location is not null)
            http.Response.Headers.Location = reply.Location;
        if (reply.Fate == ReplyFate.Truncate)
        {
            await http.Response.Body.WriteAsync(reply.Body.AsMemory(0, reply.Body.Length / 2), cancellationToken);
            await http.Response.Body.FlushAsync(cancellationToken);
            http.Abort();
            return;
        }
        await http.Response.Body.WriteAsync(reply.Body, cancellationToken);
    }

    // RST instead of FIN: what a client sees when a machine or a proxy dies.
    private static void Reset(HttpContext http)
    {
        if (http.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket)
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        http.Abort();
    }

    private static async Task<byte[]?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaxBody)
            return null;
        using var buffer = new MemoryStream((int)(request.ContentLength ?? 1024));
        var chunk = new byte[4096];
        int read;
        while ((read = await request.Body.ReadAsync(chunk, cancellationToken)) > 0)
        {
            if (buffer.Length + read > MaxBody)
                return null;
            buffer.Write(chunk, 0, read);
        }
        return buffer.ToArray();
    }

    private static string? One(HttpContext http, string header) =>
        http.Request.Headers.TryGetValue(header, out var values) && values.Count == 1 ? values[0] : null;
}
