using System.Net.Sockets;
using System.Text;
using Bank131.Client;
using Bank131.Messages;
using Bank131.Signing;
using Bank131.Tests.Support;
using Bank131.Views;

namespace Bank131.Tests;

/// <summary>What the client says of a call that arrived, against a server that breaks at a chosen byte.</summary>
internal sealed class ClientOutcomeTests
{
    [Test]
    public async Task The_request_is_one_signed_post_of_the_given_bytes()
    {
        await using var server = FaultServer.Answering(200, Call.Good);
        var answer = await Call.PostAsync(server.Address, key: "k-1");

        using var keys = new VerifyingKeys([("one", TestKey.One.Public)]);
        var lines = server.Header.Split("\r\n");
        var sign = lines.Single(l => l.StartsWith(BankHeader.Sign, StringComparison.Ordinal)).Split(": ")[1];
        Assert.Multiple(() =>
        {
            Assert.That(((BankAnswer.Accepted)answer).Session.Id, Is.EqualTo("ps_1"));
            Assert.That(lines[0], Is.EqualTo("POST /api/v1/session/create/rko HTTP/1.1"));
            Assert.That(server.Body, Is.EqualTo(Call.Body));
            Assert.That(keys.Verify(server.Body, sign), Is.EqualTo("one"));
            Assert.That(
                lines,
                Does.Contain("X-PARTNER-PROJECT: rko-project").And.Contain("X-PARTNER-IDEMPOTENCY-KEY: k-1")
            );
            Assert.That(lines, Does.Contain("Content-Type: application/json").And.Contain("Accept: application/json"));
            Assert.That(server.Header, Does.Not.Contain("SUBMERCHANT"));
            Assert.That(server.Requests, Is.EqualTo(1));
        });
    }

    [Test]
    public Task A_connection_closed_after_the_body_is_unknown() =>
        IsUnknownAsync(
            new FaultServer(
                (_, socket, _) =>
                {
                    socket.Shutdown(SocketShutdown.Both);
                    return Task.CompletedTask;
                }
            )
        );

    [Test]
    public Task A_connection_reset_after_the_body_is_unknown() =>
        IsUnknownAsync(
            new FaultServer(
                (_, socket, _) =>
                {
                    socket.LingerState = new LingerOption(true, 0);
                    socket.Close();
                    return Task.CompletedTask;
                }
            )
        );

    [Test]
    public Task Half_a_header_is_unknown() => IsUnknownAsync(Breaking("HTTP/1.1 200 OK\r\nContent-Le"));

    [Test]
    public Task Half_a_body_is_unknown() =>
        IsUnknownAsync(Breaking($"HTTP/1.1 200 OK\r\nContent-Length: {Call.Good.Length + 1}\r\n\r\n{Call.Good}"));

    [Test]
    public Task Half_a_json_is_unknown() => IsUnknownAsync(FaultServer.Answering(200, Call.Good[..^3]));

    [TestCase(301)]
    [TestCase(302)]
    [TestCase(307)]
    [TestCase(308)]
    public async Task A_redirect_is_unknown_and_the_body_is_not_posted_again(int status)
    {
        await using var elsewhere = FaultServer.Answering(200, Call.Good);
        await IsUnknownAsync(FaultServer.Answering(status, "", $"Location: {elsewhere.Address}x\r\n"));
        Assert.That(elsewhere.Requests, Is.Zero);
    }

    [TestCase(500)]
    [TestCase(502)]
    [TestCase(503)]
    public Task A_server_error_is_unknown_even_with_an_error_code(int status) =>
        IsUnknownAsync(FaultServer.Answering(status, Call.Bad));

    [Test]
    public async Task Too_many_requests_is_unknown_and_says_when()
    {
        await using var server = FaultServer.Answering(429, Call.Bad, "Retry-After: 17\r\n");
        var answer = (BankAnswer.Unknown)await Call.PostAsync(server.Address);
        Assert.That((answer.HttpStatus, answer.RetryAfter), Is.EqualTo((429, (TimeSpan?)TimeSpan.FromSeconds(17))));
        Assert.That(server.Requests, Is.EqualTo(1));
    }

    [Test]
    public async Task A_pause_of_years_is_cut_to_minutes()
    {
        await using var server = FaultServer.Answering(429, Call.Bad, "Retry-After: 999999999\r\n");
        var answer = (BankAnswer.Unknown)await Call.PostAsync(server.Address);
        Assert.That(answer.RetryAfter, Is.EqualTo(TimeSpan.FromMinutes(10)));
    }

    [Test]
    public async Task A_pause_until_a_time_is_counted_by_the_clock_of_the_bank()
    {
        const string headers = "Date: Mon, 02 Mar 2026 09:00:00 GMT\r\nRetry-After: Mon, 02 Mar 2026 09:00:40 GMT\r\n";
        await using var server = FaultServer.Answering(503, Call.Bad, headers);
        var answer = (BankAnswer.Unknown)await Call.PostAsync(server.Address);
        Assert.That(answer.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(40)));
    }

    [TestCase("")]
    [TestCase("Retry-After: -5\r\n")]
    [TestCase("Retry-After: soon\r\n")]
    public async Task A_busy_bank_that_names_no_time_is_given_a_second(string header)
    {
        await using var server = FaultServer.Answering(429, Call.Bad, header);
        var answer = (BankAnswer.Unknown)await Call.PostAsync(server.Address);
        Assert.That(answer.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(1)));
    }

    [TestCase("card 4242424242424242 is unknown", "card …4242 is unknown")]
    [TestCase("card 4242 4242 4242 4242", "card …4242")]
    [TestCase("account 40817810400003869535: closed", "account …9535: closed")]
    [TestCase("amount 350000 of 2026-03-02", "amount 350000 of 2026-03-02")]
    public async Task A_number_that_the_bank_quotes_in_its_text_is_masked(string text, string kept)
    {
        var body = """{"status":"error","error":{"code":"invalid_request","description":"TEXT"}}""".Replace(
            "TEXT",
            text
        );
        await using var server = FaultServer.Answering(400, body);
        var answer = (BankAnswer.Refused)await Call.PostAsync(server.Address);
        Assert.That(answer.Error.Description, Is.EqualTo(kept));
    }

    [TestCase("<html>welcome</html>")]
    [TestCase("")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("""{"status":"ok"}""")]
    [TestCase("""{"status":"ok","session":{}}""")]
    [TestCase("""{"status":"OK","session":{"id":"ps_1","status":"created"}}""")]
    [TestCase("""{"status":"error"}""")]
    [TestCase("""{"status":"error","error":{"code":""}}""")]
    [TestCase("""{"status":"ok","session":{"id":"\ud800","status":"created"}}""")]
    public Task A_200_that_says_nothing_clear_is_unknown(string body) =>
        IsUnknownAsync(FaultServer.Answering(200, body));

    [Test]
    public Task A_200_with_bytes_that_are_not_utf_8_is_unknown() =>
        IsUnknownAsync(
            new FaultServer(
                async (stream, _, token) =>
                {
                    byte[] body = [.. "{\"status\":\""u8, 0xFF, .. "\"}"u8];
                    await stream.WriteAsync(
                        Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n"),
                        token
                    );
                    await stream.WriteAsync(body, token);
                }
            )
        );

    [TestCase("<html>no</html>")]
    [TestCase("""{"status":"ok","session":{"id":"ps_1","status":"created"}}""")]
    public Task A_400_without_a_code_is_unknown(string body) => IsUnknownAsync(FaultServer.Answering(400, body));

    [Test]
    public async Task An_oversized_answer_is_unknown()
    {
        await using var server = FaultServer.Answering(200, Call.Good + new string(' ', 4096));
        using var client = new BankClient(Call.Options(server.Address) with { MaxAnswerBytes = 1024 });
        Assert.That(await Call.PostAsync(client), Is.TypeOf<BankAnswer.Unknown>());
    }

    [Test]
    public async Task Silence_is_unknown_after_the_time_out()
    {
        await using var server = new FaultServer((_, _, token) => Task.Delay(Timeout.Infinite, token));
        using var client = new BankClient(
            Call.Options(server.Address) with
            {
                Timeout = TimeSpan.FromMilliseconds(300),
            }
        );
        Assert.That(await Call.PostAsync(client), Is.TypeOf<BankAnswer.Unknown>());
        Assert.That(server.Requests, Is.EqualTo(1));
    }

    [Test]
    public async Task A_slow_drip_is_cut_off_by_the_same_time_out()
    {
        await using var server = new FaultServer(
            async (stream, _, token) =>
            {
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"u8.ToArray(), token);
                while (true)
                {
                    await stream.WriteAsync(" "u8.ToArray(), token);
                    await Task.Delay(20, token);
                }
            }
        );
        using var client = new BankClient(
            Call.Options(server.Address) with
            {
                Timeout = TimeSpan.FromMilliseconds(300),
            }
        );
        var answer = await Call.PostAsync(client);
        Assert.That(answer, Is.TypeOf<BankAnswer.Unknown>());
        Assert.That(answer.Duration, Is.LessThan(TimeSpan.FromSeconds(5)));
    }

    [TestCase(400)]
    [TestCase(401)]
    [TestCase(409)]
    [TestCase(200)]
    public async Task An_error_code_is_a_refusal(int status)
    {
        await using var server = FaultServer.Answering(status, Call.Bad);
        var answer = (BankAnswer.Refused)await Call.PostAsync(server.Address);
        Assert.That(answer.Error, Is.EqualTo(new BankError("session_wrong_state", "no")));
        Assert.That((answer.HttpStatus, server.Requests), Is.EqualTo(((int?)status, 1)));
    }

    [Test]
    public async Task A_reused_connection_that_the_server_closes_does_not_repeat_the_post()
    {
        var answers = 0;
        await using var server = new FaultServer(
            async (stream, socket, token) =>
            {
                if (Interlocked.Increment(ref answers) == 1)
                    await stream.WriteAsync(
                        Encoding.UTF8.GetBytes(
                            $"HTTP/1.1 200 OK\r\nContent-Length: {Call.Good.Length}\r\n\r\n{Call.Good}"
                        ),
                        token
                    );
                else
                    socket.Shutdown(SocketShutdown.Both);
            }
        );
        using var client = new BankClient(Call.Options(server.Address));
        Assert.That(await Call.PostAsync(client), Is.TypeOf<BankAnswer.Accepted>());
        Assert.That(await Call.PostAsync(client), Is.TypeOf<BankAnswer.Unknown>());
        Assert.That(server.Requests, Is.EqualTo(2));
    }

    private static FaultServer Breaking(string half) =>
        new(
            async (stream, socket, token) =>
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(half), token);
                socket.Shutdown(SocketShutdown.Both);
            }
        );

    private static async Task IsUnknownAsync(FaultServer server)
    {
        await using (server)
        {
            Assert.That(await Call.PostAsync(server.Address), Is.TypeOf<BankAnswer.Unknown>());
            Assert.That(server.Requests, Is.EqualTo(1));
        }
    }
}
