using System.Net;
using System.Text;
using Bank131.Client;
using Bank131.Messages;
using Bank131.Tests.Support;

namespace Bank131.Tests;

/// <summary>
/// Naive clients, by their rows in the failure catalogue: each sends a payment twice where the client that ships, put
/// to the same test, sends it once.
/// </summary>
internal sealed class PlantedClientTests
{
    [Test]
    public async Task N10_A_client_with_the_framework_s_defaults_takes_the_payment_to_another_host()
    {
        Assert.That(await BodiesElsewhereAsync(ShippedAsync), Is.Zero, "without the bug");
        Assert.That(await BodiesElsewhereAsync(NaiveAsync), Is.EqualTo(1), "with it");
    }

    [Test]
    public async Task N10_Even_a_handler_that_follows_redirects_gets_the_shipped_body_only_once() =>
        Assert.That(await BodiesElsewhereAsync(address => ShippedAsync(address, new SocketsHttpHandler())), Is.Zero);

    [Test]
    public async Task N1_A_retry_below_the_client_sends_the_payment_again()
    {
        Assert.That(await BodiesWhenCutOffAsync(ShippedAsync), Is.EqualTo(1), "without the bug");
        Assert.That(await BodiesWhenCutOffAsync(NaiveWithRetryAsync), Is.EqualTo(2), "with it");
    }

    [Test]
    public async Task N1_Even_a_handler_that_retries_gets_the_shipped_body_only_once() =>
        Assert.That(
            await BodiesWhenCutOffAsync(address => ShippedAsync(address, new Retrying(new SocketsHttpHandler()))),
            Is.EqualTo(1)
        );

    private static async Task<int> BodiesElsewhereAsync(Func<Uri, Task> send)
    {
        await using var elsewhere = FaultServer.Answering(200, Call.Good);
        await using var bank = FaultServer.Answering(307, "", $"Location: {elsewhere.Address}x\r\n");
        await send(bank.Address);
        Assert.That(bank.Requests, Is.EqualTo(1), "the bank itself gets it once");
        return elsewhere.Requests;
    }

    // The answer is lost: the connection ends after the whole request came in.
    private static async Task<int> BodiesWhenCutOffAsync(Func<Uri, Task> send)
    {
        await using var bank = new FaultServer(
            (_, socket, _) =>
            {
                socket.Close();
                return Task.CompletedTask;
            }
        );
        await send(bank.Address);
        return bank.Requests;
    }

    private static Task ShippedAsync(Uri address) => Call.PostAsync(address);

    private static async Task ShippedAsync(Uri address, HttpMessageHandler handler)
    {
        using var client = new BankClient(Call.Options(address), handler);
        await Call.PostAsync(client);
    }

    private static async Task NaiveAsync(Uri address)
    {
        using var http = new HttpClient { BaseAddress = address };
        using var content = new StringContent(Encoding.UTF8.GetString(Call.Body));
        using var response = await http.PostAsync(new Uri(BankPath.CreateRko, UriKind.Relative), content);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    private static async Task NaiveWithRetryAsync(Uri address)
    {
        using var http = new HttpClient(new Retrying(new SocketsHttpHandler())) { BaseAddress = address };
        using var content = new ByteArrayContent(Call.Body);
        try
        {
            using var _ = await http.PostAsync(new Uri(BankPath.CreateRko, UriKind.Relative), content);
        }
        catch (HttpRequestException)
        {
            // Both were cut off.
        }
    }

    /// <summary>What a resilience handler with its defaults does to a POST.</summary>
    private sealed class Retrying(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException)
            {
                return await base.SendAsync(request, cancellationToken);
            }
        }
    }
}
