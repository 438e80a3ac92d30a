using System.Net;
using System.Net.Sockets;
using System.Text;
using Bank131.Client;
using Bank131.Messages;
using Bank131.Tests.Support;

namespace Bank131.Tests;

/// <summary>Where "nothing left this process" ends and "it may have arrived" begins.</summary>
internal sealed class ClientNotSentTests
{
    [Test]
    public async Task A_name_that_does_not_resolve_means_not_sent() =>
        Assert.That(await Call.PostAsync(new Uri("http://no-such-bank.invalid/")), Is.TypeOf<BankAnswer.NotSent>());

    [Test]
    public async Task A_refused_connection_means_not_sent()
    {
        Uri gone;
        await using (var server = FaultServer.Answering(200, Call.Good))
            gone = server.Address;
        Assert.That(await Call.PostAsync(gone), Is.TypeOf<BankAnswer.NotSent>());
    }

    [Test]
    public async Task Tls_that_is_not_there_means_not_sent()
    {
        using var plain = new TcpListener(IPAddress.Loopback, 0);
        plain.Start();
        var port = ((IPEndPoint)plain.LocalEndpoint).Port;
        var hello = ReadAndSayAsync(plain, "HTTP/1.1 400 Call.Bad Request\r\n\r\n"u8.ToArray());
        Assert.That(await Call.PostAsync(new Uri($"https://127.0.0.1:{port}/")), Is.TypeOf<BankAnswer.NotSent>());
        Assert.That(Encoding.UTF8.GetString(await hello), Does.Not.Contain("metadata"));
    }

    [Test]
    public async Task A_call_that_was_cancelled_before_it_began_was_not_sent()
    {
        await using var server = FaultServer.Answering(200, Call.Good);
        using var client = new BankClient(Call.Options(server.Address));
        var cancelled = new CancellationToken(canceled: true);
        var answer = await client.PostAsync(TestKey.Project, BankPath.CreateRko, Call.Body, null, cancelled);
        Assert.That(answer, Is.TypeOf<BankAnswer.NotSent>());
        Assert.That(server.Requests, Is.Zero);
    }

    [Test]
    public async Task Whatever_fails_after_the_body_began_to_leave_is_unknown()
    {
        using var client = new BankClient(Call.Options(new Uri("http://bank/")), new Failing(readsBody: true));
        Assert.That(await Call.PostAsync(client), Is.TypeOf<BankAnswer.Unknown>());
    }

    [Test]
    public void A_mistake_of_ours_before_that_is_not_hidden()
    {
        using var client = new BankClient(Call.Options(new Uri("http://bank/")), new Failing(readsBody: false));
        Assert.ThrowsAsync<NotSupportedException>(() => Call.PostAsync(client));
    }

    [Test]
    public async Task A_body_leaves_at_most_once()
    {
        using var content = new OnceContent(Call.Body);
        await content.CopyToAsync(Stream.Null);
        Assert.That(content.Began);
        Assert.ThrowsAsync<HttpRequestException>(() => content.CopyToAsync(Stream.Null));
    }

    private static async Task<byte[]> ReadAndSayAsync(TcpListener listener, byte[] answer)
    {
        using var socket = await listener.AcceptSocketAsync();
        var came = new byte[4096];
        var length = await socket.ReceiveAsync(came);
        await socket.SendAsync(answer);
        return came[..length];
    }

    private sealed class Failing(bool readsBody) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            if (readsBody)
                await request.Content!.CopyToAsync(Stream.Null, cancellationToken);
            throw new NotSupportedException();
        }
    }
}
