using System.Net;
using PayoutWorker.Host.Admin;
using PayoutWorker.Tests.Support;

namespace PayoutWorker.Tests.Admin;

/// <summary>Wrong passwords are counted by user and address, and by address.</summary>
internal sealed class AttemptsTests
{
    private static readonly IPAddress Here = IPAddress.Parse("10.0.0.1");
    private static readonly IPAddress Proxy = IPAddress.Parse("10.0.0.9");
    private static readonly IPAddress Elsewhere = IPAddress.Parse("10.0.0.2");

    private HandTime _time = null!;
    private Attempts _attempts = null!;

    [SetUp]
    public void Begin()
    {
        _time = new HandTime();
        _attempts = new Attempts(3, TimeSpan.FromMinutes(15), Proxy.Equals, _time);
    }

    [Test]
    public void The_third_wrong_one_locks_the_user_there_and_not_elsewhere()
    {
        Assert.That(Fail("olga", Here, 2), Is.False);
        Assert.That(Fail("OLGA", Here, 1), Is.True);
        Assert.That(IsLocked("olga", Here), Is.True);
        Assert.That(IsLocked("olga", Elsewhere), Is.False);
        Assert.That(IsLocked("vera", Here), Is.False);
    }

    [Test]
    public void The_lock_ends_with_its_time()
    {
        Fail("olga", Here, 3);
        _time.Advance(TimeSpan.FromMinutes(14));
        Assert.That(IsLocked("olga", Here), Is.True);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(IsLocked("olga", Here), Is.False);
    }

    [Test]
    public void An_address_that_tries_many_names_is_locked_for_all()
    {
        for (var i = 0; i < 12; i++)
            Fail($"user{i}", Here, 1);
        Assert.That(IsLocked("vera", Here), Is.True);
        Assert.That(IsLocked("vera", Elsewhere), Is.False);
    }

    [TestCase("127.0.0.1")]
    [TestCase("::1")]
    [TestCase("::ffff:127.0.0.1")]
    [TestCase("10.0.0.9")]
    public void Where_many_people_come_from_one_address_nobody_locks_out_the_rest(string shared)
    {
        var address = IPAddress.Parse(shared);
        for (var i = 0; i < 100; i++)
            Fail($"user{i}", address, 1);
        Fail("olga", address, 3);
        Assert.That(IsLocked("vera", address), Is.False);
        Assert.That(IsLocked("olga", address), Is.True, "a name is locked there as anywhere");
    }

    [Test]
    public void The_right_one_forgets_the_wrong_ones_of_its_address()
    {
        for (var i = 0; i < 11; i++)
            Fail($"user{i}", Here, 1);
        _attempts.Succeeded("vera", Here);
        Fail("semyon", Here, 1);
        Assert.That(IsLocked("vera", Here), Is.False);
    }

    [Test]
    public void Addresses_of_one_network_count_as_one()
    {
        Fail("olga", IPAddress.Parse("2001:db8::1"), 2);
        Assert.That(Fail("olga", IPAddress.Parse("2001:db8::ffff"), 1), Is.True);
        Fail("vera", IPAddress.Parse("::ffff:10.0.0.1"), 3);
        Assert.That(IsLocked("vera", Here), Is.True);
    }

    [Test]
    public void The_right_one_forgets_the_wrong_ones()
    {
        Fail("olga", Here, 2);
        _attempts.Succeeded("olga", Here);
        Assert.That(Fail("olga", Here, 2), Is.False);
    }

    [Test]
    public void However_many_names_are_tried_it_stays_small()
    {
        for (var i = 0; i < 25_000; i++)
            _attempts.Failed($"user{i}", new IPAddress(i + 1L));
        Assert.That(_attempts.Count, Is.LessThanOrEqualTo(10_002));
    }

    private bool Fail(string user, IPAddress address, int times)
    {
        var locked = false;
        for (var i = 0; i < times; i++)
            locked = _attempts.Failed(user, address);
        return locked;
    }

    private bool IsLocked(string user, IPAddress address) => _attempts.LockedFor(user, address) > TimeSpan.Zero;
}
