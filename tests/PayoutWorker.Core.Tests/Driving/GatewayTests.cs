using System.Security.Cryptography;
using Bank131.Client;
using Bank131.Signing;
using Microsoft.Extensions.Logging.Abstractions;
using PayoutWorker.Core.Tests.Support;
using PayoutWorker.Driving;

namespace PayoutWorker.Core.Tests.Driving;

/// <summary>The breaker of a project, as the drive sees it.</summary>
internal sealed class GatewayTests
{
    [Test]
    public async Task A_project_whose_breaker_opened_is_tried_again_after_the_break()
    {
        using var rsa = RSA.Create(2048);
        using var client = new BankClient(
            new BankClientOptions(new Uri("http://127.0.0.1:1/"), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1))
        );
        var gateway = new BankGateway(
            client,
            [new BankProject("main", "p", SigningKey.FromPem(rsa.ExportPkcs8PrivateKeyPem()))],
            new GatewayOptions(TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(600), BreakAfter: 2, AskRetries: 1),
            TimeProvider.System,
            NullLogger<BankGateway>.Instance
        );
        for (var i = 0; i < 5; i++)
            await gateway.SendAsync("main", "x", new byte[2], "key");
        Assert.That(gateway.PausedProjects, Is.EqualTo(["main"]));
        await Task.Delay(TimeSpan.FromMilliseconds(900));
        Assert.That(gateway.PausedProjects, Is.Empty, "nobody would ever claim for it again");
        Assert.That(gateway.Trickle, Is.EqualTo(1));
    }

    [Test]
    public async Task Too_many_calls_are_no_outage_but_a_pause_and_a_slower_pace()
    {
        using var rsa = RSA.Create(2048);
        using var busy = new BusyServer("Retry-After: 7\r\n");
        using var client = new BankClient(
            new BankClientOptions(busy.Address, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(5))
        );
        var gateway = new BankGateway(
            client,
            [new BankProject("main", "p", SigningKey.FromPem(rsa.ExportPkcs8PrivateKeyPem()))],
            new GatewayOptions(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5), BreakAfter: 2),
            TimeProvider.System,
            NullLogger<BankGateway>.Instance
        );
        Assert.That(gateway.Paces["main"].IsLimited, Is.False);
        Assert.That(await gateway.Paces["main"].TurnAsync(TimeSpan.Zero, default), Is.True);
        for (var i = 0; i < 5; i++)
            Assert.That(
                await gateway.SendAsync("main", "x", new byte[2], "key"),
                Has.Property("HttpStatus").EqualTo(429)
            );
        Assert.That(gateway.PausedProjects, Is.EqualTo(new[] { "main" }));
        Assert.That(gateway.Paces["main"].IsLimited, Is.True);
        Assert.That(await ((IBank)gateway).TurnAsync("main", TimeSpan.Zero), Is.False);
    }

    [Test]
    public async Task A_question_waits_for_its_turn_too()
    {
        using var rsa = RSA.Create(2048);
        using var busy = new BusyServer("Retry-After: 600\r\n");
        using var client = new BankClient(
            new BankClientOptions(busy.Address, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(5))
        );
        var gateway = new BankGateway(
            client,
            [new BankProject("main", "p", SigningKey.FromPem(rsa.ExportPkcs8PrivateKeyPem()))],
            new GatewayOptions(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5)),
            TimeProvider.System,
            NullLogger<BankGateway>.Instance
        );
        Assert.That(await gateway.AskAsync("main", "s", default), Is.TypeOf<BankAnswer.Unknown>());
        Assert.That(await gateway.AskAsync("main", "s", default), Is.TypeOf<BankAnswer.NotSent>());
        Assert.That(busy.Calls, Is.EqualTo(1));
    }
}
