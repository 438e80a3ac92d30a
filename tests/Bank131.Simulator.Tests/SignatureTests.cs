using System.Net;
using System.Text;
using Bank131.Client;
using Bank131.Messages;
using Bank131.Signing;
using Bank131.Simulator.Tests.Support;

namespace Bank131.Simulator.Tests;

internal sealed class SignatureTests
{
    private Stand _stand = null!;

    [SetUp]
    public async Task Start() => _stand = await Stand.StartAsync();

    [TearDown]
    public async Task Stop() => await _stand.DisposeAsync();

    [Test]
    public async Task A_request_under_another_key_is_not_authentic_and_does_nothing()
    {
        using var stranger = SigningKey.FromPem(Keys.Bank.Private);
        var project = new BankProject("x", "rko-project", stranger);
        var answer = await _stand.PostAsync(BankPath.CreateRko, "{}"u8.ToArray(), null, project);
        Assert.That(((BankAnswer.Refused)answer).Error.Code, Is.EqualTo("authentication_error"));
        Assert.That(_stand.Bank.SessionIds(), Is.Empty);
    }

    [Test]
    public async Task The_signature_covers_the_raw_bytes()
    {
        using var key = SigningKey.FromPem(Keys.Partner.Private);
        var signature = key.Sign("""{"metadata":1}"""u8);
        Assert.That(await StatusAsync("""{"metadata":1}""", signature), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await StatusAsync("""{"metadata": 1}""", signature), Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await StatusAsync("""{"metadata":1}""", null), Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task The_project_is_looked_at_before_the_signature()
    {
        using var stranger = SigningKey.FromPem(Keys.Bank.Private);
        var project = new BankProject("x", "no-such-project", stranger);
        var answer = await _stand.PostAsync(BankPath.CreateRko, "{}"u8.ToArray(), null, project);
        Assert.That(((BankAnswer.Refused)answer).Error.Code, Is.EqualTo("identification_error"));
    }

    [Test]
    public async Task Webhooks_carry_the_banks_signature_and_after_a_rotation_the_next_keys()
    {
        await _stand.ReadyAsync();
        var first = await _stand.Partner.WaitAsync(WebhookType.ReadyToConfirm);
        _stand.Bank.UseNextBankKey();
        await _stand.ReadyAsync();
        var second = await _stand.Partner.WaitAsync(WebhookType.ReadyToConfirm, nth: 2);
        Assert.That((first.KeyId, second.KeyId), Is.EqualTo(("current", "next")));
    }

    private async Task<HttpStatusCode> StatusAsync(string body, string? signature)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(_stand.Bank.BaseAddress, BankPath.CreateRko)
        );
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        request.Headers.Add(BankHeader.Project, "rko-project");
        if (signature is not null)
            request.Headers.Add(BankHeader.Sign, signature);
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }
}
