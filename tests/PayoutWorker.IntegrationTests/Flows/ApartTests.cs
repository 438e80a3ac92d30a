using System.Net;
using PayoutWorker.IntegrationTests.Support;
using PayoutWorker.Lab.Processes;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.IntegrationTests.Flows;

/// <summary>The worker and the webhook endpoint as two processes: <c>run --only worker</c>, <c>run --only webhook</c>.</summary>
internal sealed class ApartTests : TownFixture
{
    private TownWorker _endpoint = null!;
    private TownWorker _alone = null!;

    protected override int WorkerCount => 0;

    [OneTimeSetUp]
    public async Task StartAsync() => (_alone, _endpoint) = await Town.StartApartAsync(CancellationToken.None);

    [Test]
    public async Task Payouts_are_paid_and_their_webhooks_come_in_by_the_endpoint()
    {
        var (account, card) = (NewAccount(), NewCard());
        await WaitForAsync(await OrderAsync(account), "paid");
        await WaitForAsync(await OrderCardAsync(card), "paid");
        PaidOnce(account, 350000);
        PaidOnce(card, 10000);
        await Poll.UntilAsync(
            "webhooks to be applied",
            async _ => await ScalarAsync<long>("SELECT count(*) FROM payouts.webhook WHERE applied_at IS NOT NULL") > 1,
            Patience,
            CancellationToken.None
        );
    }

    [Test]
    public async Task The_endpoint_stores_once_and_refuses_what_is_not_the_bank_s()
    {
        Assert.That(await WebhookPost.StatusAsync(Town, _endpoint, "apart"), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await WebhookPost.StatusAsync(Town, _endpoint, "apart"), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(
            await ScalarAsync<long>(
                "SELECT count(*) FROM payouts.webhook WHERE sha256 = sha256(convert_to('{\"type\":\"apart\"}', 'UTF8'))"
            ),
            Is.EqualTo(1)
        );
        using var http = new HttpClient();
        using var body = new StringContent("{}");
        using var unsigned = await http.PostAsync(new Uri(_endpoint.Webhook, "webhooks/bank131"), body);
        Assert.That(unsigned.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [TestCase("health/live", HttpStatusCode.OK)]
    [TestCase("health/ready", HttpStatusCode.OK)]
    [TestCase("metrics", HttpStatusCode.OK)]
    [TestCase("ops", HttpStatusCode.NotFound)]
    [TestCase("hangfire", HttpStatusCode.NotFound)]
    public async Task The_endpoint_answers_for_its_health_and_has_no_pages(string path, HttpStatusCode status)
    {
        using var http = new HttpClient();
        using var response = await http.GetAsync(new Uri(_endpoint.Admin, path));
        Assert.That(response.StatusCode, Is.EqualTo(status));
    }

    [Test]
    public void The_worker_alone_has_no_webhook_listener()
    {
        using var http = new HttpClient();
        Assert.That(
            async () => await http.GetAsync(new Uri(_alone.Webhook, "webhooks/bank131")),
            Throws.InstanceOf<HttpRequestException>()
        );
    }
}
