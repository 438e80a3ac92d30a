using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using PayoutWorker.IntegrationTests.Support;
using PayoutWorker.Lab.Processes;

namespace PayoutWorker.IntegrationTests.Flows;

/// <summary>POST /webhooks/bank131: nothing counts without the bank's signature, and 200 means stored.</summary>
internal sealed class WebhookEndpointTests : TownFixture
{
    private static readonly byte[] Body = Encoding.UTF8.GetBytes(
        """{"type":"something_new","session":{"id":"ps_none"}}"""
    );

    [Test]
    public async Task A_signed_webhook_of_an_unknown_type_is_kept_and_answered_200()
    {
        var body = Encoding.UTF8.GetBytes("""{"type":"brand_new","answer":42}""");
        Assert.That(await PostAsync(body, Town.Keys.SignAsBank(body)), Is.EqualTo(HttpStatusCode.OK));
        await Poll.UntilAsync(
            "it to be marked",
            async _ => await StoredAsync(body) == "brand_new: names no session",
            Patience,
            CancellationToken.None
        );
    }

    [Test]
    public async Task A_duplicate_is_answered_200_and_stored_once()
    {
        var body = Encoding.UTF8.GetBytes("""{"type":"duplicate"}""");
        for (var i = 0; i < 5; i++)
            Assert.That(await PostAsync(body, Town.Keys.SignAsBank(body)), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await CountAsync(body), Is.EqualTo(1));
    }

    [Test]
    public async Task A_body_that_is_not_json_is_kept_for_a_person_when_its_signature_is_good()
    {
        var body = Encoding.UTF8.GetBytes("<html>");
        Assert.That(await PostAsync(body, Town.Keys.SignAsBank(body)), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await CountAsync(body), Is.EqualTo(1));
    }

    [Test]
    public async Task Without_the_bank_s_signature_nothing_is_stored()
    {
        var good = Town.Keys.SignAsBank(Body);
        var other = Town.Keys.SignAsBank([.. Body, (byte)' ']);
        foreach (var signature in new[] { null, "", "AAAA", "not base64", other, good[..^4] })
            Assert.That(await PostAsync(Body, signature), Is.EqualTo(HttpStatusCode.Unauthorized), signature ?? "none");
        Assert.That(await PostAsync(Body, good, good), Is.EqualTo(HttpStatusCode.Unauthorized), "two signatures");
        Assert.That(await CountAsync(Body), Is.Zero);
    }

    [Test]
    public async Task A_body_over_the_cap_is_refused()
    {
        var body = new byte[300 * 1024];
        Assert.That(
            await PostAsync(body, Town.Keys.SignAsBank(body)),
            Is.EqualTo(HttpStatusCode.RequestEntityTooLarge)
        );
        Assert.That(await CountAsync(body), Is.Zero);
    }

    [Test]
    public async Task Only_POST_on_the_webhook_listener_reaches_it()
    {
        using var http = new HttpClient();
        var path = new Uri(Worker.Webhook, "webhooks/bank131");
        Assert.That((await http.GetAsync(path)).StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
        Assert.That(
            (await http.GetAsync(new Uri(Worker.Webhook, "metrics"))).StatusCode,
            Is.EqualTo(HttpStatusCode.NotFound)
        );
        using var request = Request(new Uri(Worker.Admin, "webhooks/bank131"), Body, Town.Keys.SignAsBank(Body));
        request.Headers.Host = Worker.Webhook.Authority;
        Assert.That((int)(await http.SendAsync(request)).StatusCode, Is.AnyOf(404, 405), "whatever Host says");
    }

    private async Task<HttpStatusCode> PostAsync(byte[] body, params string?[] signatures)
    {
        using var http = new HttpClient();
        using var request = Request(new Uri(Worker.Webhook, "webhooks/bank131"), body, signatures);
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }

    private static HttpRequestMessage Request(Uri uri, byte[] body, params string?[] signatures)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, uri) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var signature in signatures.OfType<string>())
            request.Headers.TryAddWithoutValidation("X-PARTNER-SIGN", signature);
        return request;
    }

    private Task<long> CountAsync(byte[] body) =>
        ScalarAsync<long>(
            "SELECT count(*) FROM payouts.webhook WHERE sha256 = @hash",
            new { hash = SHA256.HashData(body) }
        );

    private Task<string> StoredAsync(byte[] body) =>
        ScalarAsync<string>(
            "SELECT type || ': ' || outcome FROM payouts.webhook WHERE sha256 = @hash",
            new { hash = SHA256.HashData(body) }
        );
}
