using System.Security.Cryptography;
using Bank131.Messages;
using Bank131.Signing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using PayoutWorker.Jobs;
using PayoutWorker.Store;
using PayoutWorker.Watching;

namespace PayoutWorker.Inbox;

/// <summary>
/// <c>POST /webhooks/bank131</c>: cap, verify, store, commit, 200. Nothing is parsed before the signature is good, and
/// nothing is answered with 200 before it is stored: the bank sends again on 4xx and 5xx, so a refusal loses nothing.
/// </summary>
internal sealed class WebhookEndpoint(
    IPayoutStore store,
    IVerifier keys,
    Wakeups wakeups,
    Counters counters,
    RefusedWebhooks refused,
    ILogger<WebhookEndpoint> logger
)
{
    public const string Path = "/webhooks/bank131";
    public const int MaxBodyBytes = 256 * 1024;

    public async Task<IResult> HandleAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxBodyBytes;
        var signatures = request.Headers[BankHeader.Sign];
        if (signatures is not [{ Length: > 0 } signature])
            return Refuse(StatusCodes.Status401Unauthorized, "expected one signature header");
        byte[] body;
        try
        {
            using var buffer = new MemoryStream(4096);
            await request.Body.CopyToAsync(buffer, cancellationToken);
            body = buffer.ToArray();
        }
        catch (BadHttpRequestException e)
        {
            return Refuse(e.StatusCode, "the body is too long or was cut off");
        }
        if (keys.Verify(body, signature) is not { } keyId)
            return Refuse(StatusCodes.Status401Unauthorized, "the signature is not the bank's");
        try
        {
            await store.AddWebhookAsync(new RawWebhook(SHA256.HashData(body), body, signature, keyId));
        }
        catch (Exception e)
        {
            // Whatever kept it from being stored: without the commit the bank must send it again.
            logger.WebhookNotStored(e);
            counters.Webhook("not_stored");
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
        counters.Webhook("stored");
        wakeups.Inbox.Ring();
        return Results.Ok();
    }

    private IResult Refuse(int status, string reason)
    {
        counters.Webhook("refused");
        refused.Add();
        logger.WebhookRefused(reason);
        return Results.StatusCode(status);
    }
}
