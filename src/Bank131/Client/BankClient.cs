using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using Bank131.Messages;
using Bank131.Signing;

namespace Bank131.Client;

/// <param name="BaseAddress">e.g. <c>https://demo.bank131.ru/</c>.</param>
/// <param name="Timeout">From the first byte out to the last byte in.</param>
/// <param name="ConnectTimeout">For DNS, TCP and TLS together.</param>
/// <param name="MaxConnections">Open connections to the bank at most.</param>
/// <param name="MaxAnswerBytes">A longer answer is unreadable, so the outcome unknown.</param>
/// <param name="MaxStatementBytes">The same for a statement: the bank has no pages, a day comes whole.</param>
public sealed record BankClientOptions(
    Uri BaseAddress,
    TimeSpan Timeout,
    TimeSpan ConnectTimeout,
    int MaxConnections = 128,
    int MaxAnswerBytes = 1024 * 1024,
    int MaxStatementBytes = 64 * 1024 * 1024
)
{
    /// <summary>From the first byte out to the last byte in, for a statement: nobody waits for it, and it is long.</summary>
    public TimeSpan StatementTimeout { get; init; } = TimeSpan.FromMinutes(2);
}

/// <summary>
/// One signed POST to the bank, sent at most once, and a plain word on what became of it. It retries nothing, follows
/// no redirect and uses no proxy: with the framework's defaults a 307 makes HttpClient send a payment twice.
/// </summary>
public sealed partial class BankClient : IDisposable
{
    private const string NoKey = "no private key of the project is valid now";

    private static readonly MediaTypeWithQualityHeaderValue Json = new("application/json");

    private readonly ConcurrentDictionary<string, Uri> _addresses = [];
    private readonly HttpMessageInvoker _http;
    private readonly BankClientOptions _options;

    public BankClient(BankClientOptions options)
        : this(options, NewHandler(options)) { }

    internal BankClient(BankClientOptions options, HttpMessageHandler handler)
    {
        _options = options;
        _http = new HttpMessageInvoker(handler, disposeHandler: true);
    }

    /// <summary>Signs and sends.</summary>
    /// <param name="body">The bytes of <see cref="BankJson"/>; signed and sent as they are.</param>
    /// <param name="idempotencyKey">Same key, same logical call; null for session/status.</param>
    /// <param name="cancellationToken">
    /// Ends the wait, after which the outcome is unknown: for a call that can move money pass none.
    /// </param>
    public async Task<BankAnswer> PostAsync(
        BankProject project,
        string path,
        ReadOnlyMemory<byte> body,
        string? idempotencyKey,
        CancellationToken cancellationToken
    )
    {
        var started = Stopwatch.GetTimestamp();
        if (await SigningThreads.SignAsync(project.Key, body) is not { } signature)
            return new BankAnswer.NotSent(NoKey) { Duration = Stopwatch.GetElapsedTime(started) };
        using var content = new OnceContent(body);
        using var request = NewRequest(project, path, signature, content);
        if (idempotencyKey is not null)
            request.Headers.Add(BankHeader.IdempotencyKey, idempotencyKey);

        var (answer, status) = await SendAsync(request, content, cancellationToken);
        return answer with { Duration = Stopwatch.GetElapsedTime(started), HttpStatus = status };
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage NewRequest(BankProject project, string path, string signature, OnceContent content)
    {
        var address = _addresses.GetOrAdd(path, static (path, root) => new Uri(root, path), _options.BaseAddress);
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        request.Headers.Add(BankHeader.Project, project.PartnerProject);
        request.Headers.Add(BankHeader.Sign, signature);
        request.Headers.Accept.Add(Json);
        if (project.SubMerchant is not null)
            request.Headers.Add(BankHeader.SubMerchant, project.SubMerchant);
        return request;
    }

    private async Task<(BankAnswer Answer, int? Status)> SendAsync(
        HttpRequestMessage request,
        OnceContent content,
        CancellationToken cancellationToken
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_options.Timeout);
        int? status = null;
        try
        {
            using var response = await _http.SendAsync(request, limit.Token);
            status = (int)response.StatusCode;
            var body = await ReadAsync(response, _options.MaxAnswerBytes, limit.Token);
            return (AnswerReader.Read(status.Value, RetryAfter(response), body), status);
        }
        catch (Exception e)
            when (content.Began || e is HttpRequestException or IOException or OperationCanceledException)
        {
            // Once the body began to leave, no failure of ours may look like anything but "unknown".
            return (content.Began ? new BankAnswer.Unknown(Reason(e)) : new BankAnswer.NotSent(Reason(e)), status);
        }
    }

    // Null when the answer is longer than the cap: then nothing in it counts.
    private static async Task<byte[]?> ReadAsync(
        HttpResponseMessage response,
        int maxBytes,
        CancellationToken cancellationToken
    )
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(4 * 1024);
        try
        {
            var length = 0;
            int read;
            while ((read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken)) > 0)
            {
                length += read;
                if (length > maxBytes)
                    return null;
                if (length == buffer.Length)
                    buffer = Longer(buffer);
            }
            return buffer[..length];
        }
        finally
        {
            // It holds names and accounts of people.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private static byte[] Longer(byte[] full)
    {
        var longer = ArrayPool<byte>.Shared.Rent(2 * full.Length);
        full.CopyTo(longer, 0);
        ArrayPool<byte>.Shared.Return(full, clearArray: true);
        return longer;
    }

    // A value of years, by mistake or not, must not put payments off for years.
    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromMinutes(10);

    // A busy bank that names no time is given this much.
    private static readonly TimeSpan BusyPause = TimeSpan.FromSeconds(1);

    private static TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var header = response.Headers.RetryAfter;
        var asked =
            header?.Delta
            // A date counts by the clock of the bank, which it shows beside it.
            ?? header?.Date - response.Headers.Date
            ?? (response.StatusCode == HttpStatusCode.TooManyRequests ? BusyPause : null);
        return asked is not { } pause ? null : TimeSpan.FromTicks(Math.Clamp(pause.Ticks, 0, MaxRetryAfter.Ticks));
    }

    private static string Reason(Exception e) =>
        e switch
        {
            OperationCanceledException => "no answer in time",
            HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } http =>
                $"connection: {http.HttpRequestError}",
            _ => $"connection: {e.GetType().Name}",
        };

    private static SocketsHttpHandler NewHandler(BankClientOptions options) =>
        new()
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            // The bank gets the headers it documents, whatever is traced here.
            ActivityHeadersPropagator = null,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = options.ConnectTimeout,
            MaxConnectionsPerServer = options.MaxConnections,
            PooledConnectionLifetime = TimeSpan.FromMinutes(3),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            MaxResponseDrainSize = 0,
            SslOptions = new SslClientAuthenticationOptions
            {
                // Revocation needs the authority to be reachable from here; the chain and the name are always checked.
                CertificateRevocationCheckMode = System
                    .Security
                    .Cryptography
                    .X509Certificates
                    .X509RevocationMode
                    .NoCheck,
            },
        };
}
