using Bank131.Client;
using Bank131.Messages;
using Bank131.Signing;
using Bank131.Tests.Support;

namespace Bank131.Tests;

/// <summary>Which key of several counts at a moment.</summary>
internal sealed class KeyRingTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly Clock _time = new() { Now = Noon };

    [SetUp]
    public void SetClock() => _time.Now = Noon;

    [TestCase(null, null, true)]
    [TestCase(0, null, true)]
    [TestCase(1, null, false)]
    [TestCase(null, 1, true)]
    [TestCase(null, 0, false)]
    [TestCase(-1, 1, true)]
    [TestCase(-2, -1, false)]
    public void A_key_counts_from_its_first_moment_up_to_its_end(int? from, int? to, bool valid) =>
        Assert.That(Key("k", from, to).IsValidAt(Noon), Is.EqualTo(valid));

    [Test]
    public void The_newest_valid_key_is_the_current_one_and_among_equals_the_first()
    {
        Assert.That(Ring().Current, Is.Null);
        Assert.That(Ring(Key("a"), Key("b")).Current!.Id, Is.EqualTo("a"));
        Assert.That(Ring(Key("a"), Key("b", -2), Key("c", -3), Key("d", 1)).Current!.Id, Is.EqualTo("b"));
        Assert.That(Ring(Key("a", -2), Key("b", -2)).Current!.Id, Is.EqualTo("a"));
        Assert.That(Ring(Key("a", null, -1)).Current, Is.Null);
    }

    [Test]
    public void A_ring_ends_where_no_key_follows()
    {
        Assert.That(Ring(Key("a")).EndsAt(), Is.Null);
        Assert.That(Ring().EndsAt(), Is.EqualTo(Noon));
        Assert.That(Ring(Key("a", null, 2), Key("b", 1, 5)).EndsAt(), Is.EqualTo(Noon.AddHours(5)));
        Assert.That(Ring(Key("a", null, 2), Key("b", 2)).EndsAt(), Is.Null);
        Assert.That(Ring(Key("a", null, 2), Key("b", 3)).EndsAt(), Is.EqualTo(Noon.AddHours(2)));
    }

    [Test]
    public void The_signing_ring_signs_with_the_current_key_or_not_at_all()
    {
        var ring = new SigningRing(_time);
        Assert.That(ring.Sign("body"u8), Is.Null);
        ring.Replace([new RingKey<SigningKey>("one", TestKey.Signing, "f", null, Noon.AddHours(1))]);
        Assert.That(ring.Sign("body"u8), Is.EqualTo(TestKey.Signing.Sign("body"u8)));
        _time.Now = Noon.AddHours(1);
        Assert.That(ring.Sign("body"u8), Is.Null);
    }

    [Test]
    public void The_verifying_ring_takes_the_signature_of_any_valid_key()
    {
        using var one = VerifyingKey.FromPem("one", TestKey.One.Public);
        using var two = VerifyingKey.FromPem("two", TestKey.Two.Public);
        using var second = SigningKey.FromPem(TestKey.Two.Private);
        var ring = new VerifyingRing(_time);
        ring.Replace([
            new RingKey<VerifyingKey>("one", one, one.Fingerprint, null, Noon.AddHours(1)),
            new RingKey<VerifyingKey>("two", two, two.Fingerprint),
        ]);
        var (byOne, byTwo) = (TestKey.Signing.Sign("body"u8), second.Sign("body"u8));

        Assert.That(ring.Verify("body"u8, byOne), Is.EqualTo("one"));
        Assert.That(ring.Verify("body"u8, byTwo), Is.EqualTo("two"));
        Assert.That(ring.Verify("other"u8, byTwo), Is.Null);
        Assert.That(ring.Verify("body"u8, "not base64"), Is.Null);
        _time.Now = Noon.AddHours(1);
        Assert.That(ring.Verify("body"u8, byOne), Is.Null, "over");
        Assert.That(one.Fingerprint, Is.EqualTo(TestKey.Signing.Fingerprint));
        Assert.That(ring.Keys.Select(key => key.Fingerprint), Is.EqualTo(new[] { one.Fingerprint, two.Fingerprint }));
    }

    [Test]
    public async Task Without_a_valid_key_nothing_is_sent()
    {
        await using var server = FaultServer.Answering(200, Call.Good);
        using var client = new BankClient(Call.Options(server.Address));
        var project = new BankProject("rko", "rko-project", new SigningRing(_time));

        var answer = await client.PostAsync(project, BankPath.CreateRko, Call.Body, "key", CancellationToken.None);
        Assert.That(answer, Is.TypeOf<BankAnswer.NotSent>());
        var statement = await client.StatementAsync(
            project,
            new string('1', 20),
            new DateOnly(2026, 11, 20),
            default,
            default
        );
        Assert.That(statement, Is.TypeOf<StatementAnswer.Missing>());
        Assert.That(server.Requests, Is.Zero);
    }

    private static RingKey<string> Key(string id, int? from = null, int? to = null) =>
        new(id, id, "f", from is { } f ? Noon.AddHours(f) : null, to is { } t ? Noon.AddHours(t) : null);

    private TextRing Ring(params RingKey<string>[] keys)
    {
        var ring = new TextRing(_time);
        ring.Replace(keys);
        return ring;
    }

    private sealed class TextRing(TimeProvider time) : KeyRing<string>(time);

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
