using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using PayoutWorker.HangfireScheduling;
using PayoutWorker.Host.Admin;
using PayoutWorker.Host.Run;
using PayoutWorker.Lab.Towns;
using PayoutWorker.Tests.Support;

namespace PayoutWorker.Tests.Ops;

/// <summary>The way in, on the real listeners, with no database behind them.</summary>
internal sealed partial class SignInTests
{
    private const string Password = "correct horse battery";
    private const string Secret = "0123456789abcdef0123456789abcdef";
    private static readonly IPAddress Proxy = IPAddress.Parse("127.0.0.2");

    private KeyFolder _keys = null!;
    private WebApplication _plain = null!;
    private WebApplication _proxied = null!;
    private WebApplication _tls = null!;
    private WebApplication _careless = null!;
    private Uri _admin = null!;
    private Uri _webhook = null!;
    private Uri _behindProxy = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _keys = new KeyFolder();
        _plain = await StartAsync(new Dictionary<string, string?>());
        _proxied = await StartAsync(
            new()
            {
                ["Admin:ProxyAddress"] = Proxy.ToString(),
                ["Admin:ProxySecretFile"] = _keys.Write("proxy", Secret + "\n"),
                ["Admin:Users:1:Name"] = "vera",
            }
        );
        _tls = await StartAsync(new() { ["Admin:BehindTls"] = "true" });
        _careless = await StartAsync(
            new() { ["Admin:ProxyAddress"] = Proxy.ToString(), ["Admin:Users:1:Name"] = "vera" }
        );
        (_webhook, _admin) = (Address(_plain, "Webhook"), Address(_plain, "Admin"));
        _behindProxy = Address(_proxied, "Admin");
    }

    private async Task<WebApplication> StartAsync(Dictionary<string, string?> more)
    {
        var values = Sample.Good(_keys);
        foreach (var (key, value) in more)
            values[key] = value;
        values["Database:ConnectionString"] = "Host=127.0.0.1;Port=1;Username=nobody";
        values["Http:WebhookUrl"] = "http://127.0.0.1:0";
        values["Http:AdminUrl"] = "http://127.0.0.1:0";
        values["Admin:Users:0:Name"] = "olga";
        values["Admin:Users:0:PasswordFile"] = _keys.Write("olga", PasswordHash.Of(Password).ToString());
        values["Worker:StopTimeout"] = "2 s";
        values["Log:Level"] = "None";
        var app = WorkerApp.Build(Sample.Read(values).Configuration);
        await app.StartAsync();
        return app;
    }

    private static Uri Address(WebApplication app, string name) =>
        new(app.Services.GetRequiredService<Listeners>().Addresses.Single(a => a.Name == name).Url);

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        foreach (var app in new[] { _plain, _proxied, _tls, _careless })
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
        _keys.Dispose();
    }

    [Test]
    public async Task The_proxys_header_lets_in_whom_it_names()
    {
        using var visitor = new PagesVisitor(_behindProxy, Proxy);
        var (status, page) = await visitor.GetAsync("/ops", ("X-Forwarded-User", "vera"), ("X-Proxy-Secret", Secret));
        Assert.That(
            (status, page.Contains("vera")),
            Is.EqualTo((HttpStatusCode.ServiceUnavailable, true)),
            "no database"
        );
    }

    [TestCase("127.0.0.1", "vera", HttpStatusCode.Redirect)]
    [TestCase("127.0.0.3", "vera", HttpStatusCode.Redirect)]
    [TestCase("127.0.0.2", "mallory", HttpStatusCode.Forbidden)]
    [TestCase("127.0.0.2", "", HttpStatusCode.Redirect)]
    public async Task The_header_of_anybody_else_or_with_anybody_else_lets_nobody_in(
        string from,
        string user,
        HttpStatusCode expected
    )
    {
        using var visitor = new PagesVisitor(_behindProxy, IPAddress.Parse(from));
        var (status, page) = await visitor.GetAsync(
            "/ops",
            ("X-Forwarded-User", user),
            ("X-Proxy-Secret", Secret),
            ("X-Forwarded-For", "127.0.0.2")
        );
        Assert.That(status, Is.EqualTo(expected));
        Assert.That(page, Does.Not.Contain("The pages are not configured"));
    }

    [TestCase]
    [TestCase("")]
    [TestCase("0123456789abcdef0123456789abcdeF")]
    [TestCase("0123456789abcdef0123456789abcdef0")]
    [TestCase(Secret, Secret)]
    public async Task Without_the_proxys_secret_its_address_is_not_enough(params string[] secrets)
    {
        using var visitor = new PagesVisitor(_behindProxy, Proxy);
        var headers = secrets.Select(secret => ("X-Proxy-Secret", secret)).Prepend(("X-Forwarded-User", "vera"));
        Assert.That((await visitor.GetAsync("/ops", [.. headers])).Status, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task A_header_from_this_machine_is_never_believed_where_there_is_no_secret()
    {
        using var visitor = new PagesVisitor(Address(_careless, "Admin"), Proxy);
        var (status, _) = await visitor.GetAsync("/ops", ("X-Forwarded-User", "vera"));
        Assert.That(status, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [TestCase("olga", "a wrong password")]
    [TestCase("olga", "")]
    [TestCase("mallory", Password)]
    public async Task A_wrong_name_or_password_lets_nobody_in(string name, string password)
    {
        using var visitor = new PagesVisitor(_admin);
        Assert.That(await visitor.SignInAsync(name, password), Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That((await visitor.GetAsync("/ops")).Status, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task The_right_password_lets_in()
    {
        using var visitor = new PagesVisitor(_admin);
        Assert.That(await visitor.SignInAsync("Olga", Password), Is.EqualTo(HttpStatusCode.SeeOther));
        var (status, page) = await visitor.GetAsync("/ops");
        Assert.That((status, page.Contains("not configured")), Is.EqualTo((HttpStatusCode.ServiceUnavailable, true)));
        Assert.That(page, Does.Contain("olga"));
        Assert.That((await visitor.PostAsync("/ops/sign-out", "/ops")).Status, Is.EqualTo(HttpStatusCode.SeeOther));
        Assert.That((await visitor.GetAsync("/ops")).Status, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Behind_a_proxy_cookies_are_for_TLS_and_this_host_alone(bool authenticates)
    {
        using var handler = new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false };
        using var http = new HttpClient(handler)
        {
            BaseAddress = authenticates ? _behindProxy : Address(_tls, "Admin"),
        };
        using var page = await http.GetAsync(new Uri("/ops/sign-in", UriKind.Relative));
        var form = page.Headers.GetValues("Set-Cookie").Single();
        var token = Token().Match(await page.Content.ReadAsStringAsync()).Groups[1].Value;

        using var post = new HttpRequestMessage(HttpMethod.Post, "/ops/sign-in");
        post.Headers.Add("Cookie", form.Split(';')[0]);
        post.Content = new FormUrlEncodedContent(
            new Dictionary<string, string>
            {
                ["name"] = "olga",
                ["password"] = Password,
                ["__RequestVerificationToken"] = token,
            }
        );
        using var signedIn = await http.SendAsync(post);
        var session = signedIn.Headers.GetValues("Set-Cookie").Single();

        Assert.That(form, Does.StartWith("__Host-payouts-form="));
        Assert.That(session, Does.StartWith("__Host-payouts-session="));
        foreach (var cookie in new[] { form, session })
            Assert.That(
                cookie,
                Does.Contain("; path=/;")
                    .And.Contain("; secure")
                    .And.Contain("; httponly")
                    .And.Contain("; samesite=strict")
                    .And.Not.Contain("domain=")
            );
    }

    [TestCase("/ops")]
    [TestCase("/hangfire")]
    public async Task Behind_TLS_the_way_to_the_sign_in_is_by_TLS(string path)
    {
        if (path == Dashboard.Path && HangfireModule.ReasonForAbsence is { } reason)
            Assert.Ignore(reason);
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { BaseAddress = Address(_tls, "Admin") };
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
        Assert.That(answer.Headers.Location?.ToString(), Does.StartWith("https://").And.Contain("/ops/sign-in"));
    }

    [Test]
    public async Task After_the_sign_in_only_a_page_of_ours_is_gone_to()
    {
        foreach (var to in new[] { "//evil.example", "https://evil.example", "/ops/../x", "/opsx", "/hangfirex" })
        {
            using var visitor = new PagesVisitor(_admin);
            var (_, page) = await visitor.GetAsync("/ops/sign-in?return=" + Uri.EscapeDataString(to));
            Assert.That(
                page,
                Does.Contain("action=\"/ops/sign-in?return=%2Fops\"").Or.Contain("return=%2Fops%2F..%2Fx")
            );
        }
    }

    [TestCase("/ops")]
    [TestCase("/ops/sign-in")]
    [TestCase("/ops/style.css")]
    [TestCase("/OPS")]
    public async Task The_webhook_listener_has_no_pages(string path)
    {
        using var visitor = new PagesVisitor(_webhook);
        var (status, page) = await visitor.GetAsync(path, ("Host", _admin.Authority));
        Assert.That((status, page), Is.EqualTo((HttpStatusCode.NotFound, "")));
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
