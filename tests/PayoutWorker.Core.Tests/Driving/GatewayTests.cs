using System.Security.Cryptography;
using Bank131.Client;
using Bank131.Signing;
using Microsoft.Extensions.Logging.Abstractions;
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
}
