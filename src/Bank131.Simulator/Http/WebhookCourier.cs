using System.Net.Http.Headers;
using Bank131.Messages;
using Bank131.Signing;

namespace Bank131.Simulator;

/// <summary>Carries webhooks to partners over HTTP, signed with the bank's key, and reports the answers.</summary>
internal sealed class WebhookCourier : IDisposable
{
    private readonly BankGate _gate;
    private readonly EventLog _events;
    private readonly HttpMessageInvoker _http;
    private readonly SemaphoreSlim _slots;
    private readonly TimeSpan _answerTimeout;
    private readonly SigningKey? _current;
    private readonly SigningKey? _next;
    private volatile bool _useNext;

    public WebhookCourier(SimulatorOptions options, BankGate gate, EventLog events)
    {
        if (options.BankPrivateKeyPem is null && options.Projects.Any(p => p.WebhookUrl is not null))
            throw new ArgumentException("expected a bank private key to sign webhooks with, got none");
        _gate = gate;
        _events = events;
        _current = options.BankPrivateKeyPem is { } pem ? SigningKey.FromPem(pem) : null;
        _next = options.NextBankPrivateKeyPem is { } next ? SigningKey.FromPem(next) : null;
        _slots = new SemaphoreSlim(options.WebhookRetry.Concurrency);
        _answerTimeout = options.WebhookRetry.AnswerTimeout;
        _http = new HttpMessageInvoker(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseProxy = false,
                UseCookies = false,
                MaxConnectionsPerServer = options.WebhookRetry.Concurrency,
            }
        );
    }

    public void UseNextKey(bool next)
    {
        if (next && _next is null)
            throw new InvalidOperationException("no next bank key was configured");
        _useNext = next;
    }

    /// <summary>Returns when the webhook has a slot; it is on its way then, not yet answered.</summary>
    public async Task SendSoonAsync(WebhookDelivery delivery, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        _ = Task.Run(() => SendAndFreeAsync(delivery, cancellationToken), CancellationToken.None);
    }

    /// <summary>Sends, waits for the answer and reports it.</summary>
    public async Task SendAsync(WebhookDelivery delivery, CancellationToken cancellationToken)
    {
        var status = await PostAsync(delivery, cancellationToken);
        _gate.Do(
            (bank, now) =>
            {
                bank.WebhookAnswered(delivery, status, now);
                return true;
            }
        );
        if (status is null or >= 300)
            _gate.Wake();
    }

    public void Dispose()
    {
        _http.Dispose();
        _current?.Dispose();
        _next?.Dispose();
    }

    private async Task SendAndFreeAsync(WebhookDelivery delivery, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(delivery, cancellationToken);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The simulator is ending; a bank that is gone reports nothing.
        }
        catch (Exception e)
        {
            // The end of a task that nobody awaits.
            _events.Break(e);
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task<int?> PostAsync(WebhookDelivery delivery, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_answerTimeout);
        using var request = new HttpRequestMessage(HttpMethod.Post, delivery.Url);
        request.Content = new ByteArrayContent(delivery.Body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(BankHeader.Sign, Sign(delivery));
        try
        {
            using var response = await _http.SendAsync(request, limit.Token);
            return (int)response.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }

    private string Sign(WebhookDelivery delivery)
    {
        var key = (_useNext ? _next : _current) ?? throw new InvalidOperationException("no bank key was configured");
        // A forger has a genuine signature at most of other bytes.
        return delivery.Forged ? key.Sign([.. delivery.Body, (byte)' ']) : key.Sign(delivery.Body);
    }
}
