using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Bank131.Messages;
using Bank131.Signing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using PayoutWorker.Core.Tests.Support;
using PayoutWorker.Inbox;
using PayoutWorker.Jobs;
using PayoutWorker.Store;
using PayoutWorker.Watching;

namespace PayoutWorker.Core.Tests.Inbox;

/// <summary>
/// Bodies and signatures that somebody has tampered with: the endpoint that ships never throws, and says 200 to what
/// the bank signed and to nothing else. PAYOUTS_FUZZ sends that many; the normal run a few thousand.
/// </summary>
internal sealed class WebhookFuzzTests : IDisposable
{
    private const int Usual = 20_000;

    private static readonly byte[] Body = Encoding.UTF8.GetBytes(
        """{"type":"payment_finished","session":{"id":"ps_1","status":"accepted","payments":[{"status":"succeeded"}]}}"""
    );

    private readonly RSA _bank = RSA.Create(2048);
    private readonly VerifyingKeys _keys;
    private readonly Counters _counters = new();
    private readonly KeptBodies _store = new();
    private readonly WebhookEndpoint _endpoint;
    private readonly string _signature;

    public WebhookFuzzTests()
    {
        _keys = new VerifyingKeys([("bank", _bank.ExportSubjectPublicKeyInfoPem())]);
        _signature = Convert.ToBase64String(_bank.SignData(Body, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        _endpoint = new WebhookEndpoint(
            _store,
            _keys,
            new Wakeups(),
            _counters,
            new RefusedWebhooks(),
            NullLogger<WebhookEndpoint>.Instance
        );
    }

    public void Dispose()
    {
        _bank.Dispose();
        _keys.Dispose();
        _counters.Dispose();
    }

    [Test]
    public async Task Nothing_but_what_the_bank_signed_is_answered_200()
    {
        var asked = Environment.GetEnvironmentVariable("PAYOUTS_FUZZ");
        var count = asked is null ? Usual : int.Parse(asked, CultureInfo.InvariantCulture);
        var (accepted, genuine) = (0, 0);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            async (n, token) =>
            {
                var random = new Random(n);
                var (body, signatures) = Tampered(random);
                var status = await PostAsync(body, signatures, token);
                var isGenuine = body.AsSpan().SequenceEqual(Body) && signatures is [{ } only] && only == _signature;
                Assert.That(status == 200, Is.EqualTo(isGenuine), $"number {n}: {status}");
                Assert.That(status, Is.AnyOf(200, 401), $"number {n}");
                Interlocked.Add(ref genuine, isGenuine ? 1 : 0);
                Interlocked.Add(ref accepted, status == 200 ? 1 : 0);
            }
        );
        TestContext.Out.WriteLine($"{count} bodies and signatures, {accepted} answered 200, all {genuine} of the bank");
        Assert.That(accepted, Is.Positive, "the bank's own goes through");
        Assert.That(_store.Count, Is.EqualTo(accepted), "what is answered 200 is stored, and nothing else");
    }

    private async Task<int> PostAsync(byte[] body, string[] signatures, CancellationToken cancellationToken)
    {
        var http = new DefaultHttpContext();
        http.Request.Body = new MemoryStream(body);
        http.Request.Headers[BankHeader.Sign] = signatures;
        var result = await _endpoint.HandleAsync(http.Request, cancellationToken);
        return ((IStatusCodeHttpResult)result).StatusCode!.Value;
    }

    private (byte[] Body, string[] Signatures) Tampered(Random random) =>
        random.Next(10) switch
        {
            0 => (Body, [_signature]),
            1 => (Body, []),
            2 => (Body, [_signature, _signature]),
            3 => (Body, [Padded(random)]),
            4 => (Body, [Noise(random)]),
            5 or 6 => (Body, [OneBitOff(random)]),
            _ => (Altered(random), [_signature]),
        };

    // The same signature written differently: only one way counts.
    private string Padded(Random random) =>
        random.Next(5) switch
        {
            0 => _signature + "\n",
            1 => _signature.Insert(random.Next(_signature.Length), " "),
            2 => _signature + "====",
            3 => _signature.TrimEnd('='),
            _ => _signature[..random.Next(_signature.Length)],
        };

    private static string Noise(Random random)
    {
        var bytes = new byte[random.Next(600)];
        random.NextBytes(bytes);
        return random.Next(2) == 0 ? Convert.ToBase64String(bytes) : Encoding.Latin1.GetString(bytes);
    }

    private string OneBitOff(Random random)
    {
        var raw = Convert.FromBase64String(_signature);
        raw[random.Next(raw.Length)] ^= (byte)(1 << random.Next(8));
        return Convert.ToBase64String(raw);
    }

    private static byte[] Altered(Random random)
    {
        var body = Body.ToList();
        for (var n = random.Next(1, 4); n > 0; n--)
            switch (random.Next(3))
            {
                case 0:
                    body[random.Next(body.Count)] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    body.Insert(random.Next(body.Count), (byte)random.Next(256));
                    break;
                default:
                    body.RemoveAt(random.Next(body.Count));
                    break;
            }
        return [.. body];
    }

    /// <summary>Keeps what it is given; the endpoint asks nothing else of a store.</summary>
    private sealed class KeptBodies : StubStore
    {
        private readonly ConcurrentQueue<byte[]> _bodies = new();

        public int Count => _bodies.Count;

        public override Task AddWebhookAsync(RawWebhook webhook)
        {
            _bodies.Enqueue(webhook.Sha256);
            return Task.CompletedTask;
        }
    }
}
