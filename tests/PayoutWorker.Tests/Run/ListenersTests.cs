using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using PayoutWorker.Host.Run;
using PayoutWorker.Tests.Support;

namespace PayoutWorker.Tests.Run;

/// <summary>The worker with its two listeners, and no database behind it.</summary>
internal sealed class ListenersTests
{
    private KeyFolder _keys = null!;
    private WebApplication _app = null!;
    private HttpClient _http = null!;
    private string _webhook = null!;
    private string _admin = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _keys = new KeyFolder();
        var values = Sample.Good(_keys);
        values["Database:ConnectionString"] = "Host=127.0.0.1;Port=1;Username=nobody";
        values["Http:WebhookUrl"] = "http://127.0.0.1:0";
        values["Http:AdminUrl"] = "http://127.0.0.1:0";
        values["Worker:StopTimeout"] = "2 s";
        values["Log:Level"] = "None";
        _app = WorkerApp.Build(Sample.Read(values).Configuration);
        await _app.StartAsync();
        var addresses = _app.Services.GetRequiredService<Listeners>().Addresses.ToDictionary(a => a.Name, a => a.Url);
        (_webhook, _admin) = (addresses["Webhook"], addresses["Admin"]);
        _http = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _http.Dispose();
        _keys.Dispose();
    }

    [TestCase("/health/live")]
    [TestCase("/health/ready")]
    [TestCase("/metrics")]
    [TestCase("/")]
    public async Task The_webhook_listener_knows_nothing_but_webhooks(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _webhook + path);
        // What a caller claims about the listener does not count.
        request.Headers.Host = new Uri(_admin).Authority;
        request.Headers.Add("X-Forwarded-Host", new Uri(_admin).Authority);
        using var response = await _http.SendAsync(request);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task The_admin_listener_takes_no_webhooks()
    {
        using var get = await _http.GetAsync(new Uri(_admin + "/webhooks/bank131"));
        Assert.That(get.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        using var post = await _http.PostAsync(new Uri(_admin + "/webhooks/bank131"), new StringContent("{}"));
        Assert.That(post.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
    }

    [Test]
    public async Task A_webhook_is_posted_and_signed()
    {
        using var get = await _http.GetAsync(new Uri(_webhook + "/webhooks/bank131"));
        Assert.That(get.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
        using var unsigned = await _http.PostAsync(new Uri(_webhook + "/webhooks/bank131"), new StringContent("{}"));
        Assert.That(unsigned.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(unsigned.Headers.Contains("Server"), Is.False);
    }

    [Test]
    public async Task A_body_above_the_cap_is_refused_unread()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _webhook + "/webhooks/bank131");
        request.Headers.Add("X-PARTNER-SIGN", "AAAA");
        request.Headers.ExpectContinue = true;
        request.Content = new ByteArrayContent(new byte[(256 * 1024) + 1]);
        using var response = await _http.SendAsync(request);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
    }

    [Test]
    public async Task Without_a_database_it_lives_and_is_not_ready()
    {
        using var live = await _http.GetAsync(new Uri(_admin + "/health/live"));
        Assert.That(live.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        using var ready = await _http.GetAsync(new Uri(_admin + "/health/ready"));
        Assert.That(ready.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(await ready.Content.ReadAsStringAsync(), Does.Contain("the database cannot be asked"));
        using var metrics = await _http.GetAsync(new Uri(_admin + "/metrics"));
        Assert.That(await metrics.Content.ReadAsStringAsync(), Does.Contain("payouts_running 0"));
    }

    [Test]
    public async Task A_long_header_is_refused()
    {
        using var client = new TcpClient();
        var address = new Uri(_webhook);
        await client.ConnectAsync(address.Host, address.Port);
        var text = $"POST /webhooks/bank131 HTTP/1.1\r\nHost: x\r\nX-PARTNER-SIGN: {new string('A', 20_000)}\r\n\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text));
        var buffer = new byte[256];
        var read = await client.GetStream().ReadAsync(buffer);
        Assert.That(Encoding.ASCII.GetString(buffer, 0, read), Does.StartWith("HTTP/1.1 431"));
    }
}
