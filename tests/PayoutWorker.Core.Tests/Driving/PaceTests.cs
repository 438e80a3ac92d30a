using PayoutWorker.Core.Tests.Support;
using PayoutWorker.Driving;

namespace PayoutWorker.Core.Tests.Driving;

/// <summary>How fast calls begin, by a clock that stands until the test moves it.</summary>
internal sealed class PaceTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly HandTime _time = new();

    [TestCase(0.5)]
    [TestCase(48)]
    [TestCase(1700)]
    public async Task As_many_calls_begin_as_the_limit_says_and_no_more(double limit)
    {
        var pace = new Pace(limit, Window, _time);
        _time.Advance(TimeSpan.FromHours(1));
        var begun = 0;
        for (var ms = 0; ms < 20_000; ms += 10)
        {
            begun += await BeginAsync(pace);
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }
        // An hour without calls is worth a tenth of a second's.
        Assert.That(begun, Is.InRange(limit * 20, limit * 20.1 + 1));
    }

    [Test]
    public async Task Without_a_limit_nobody_waits()
    {
        var pace = new Pace(null, Window, _time);
        Assert.That(pace.IsLimited, Is.False);
        for (var i = 0; i < 10_000; i++)
            Assert.That(await pace.TurnAsync(TimeSpan.Zero, default), Is.True);
    }

    [TestCase(0.5)]
    [TestCase(7)]
    [TestCase(48)]
    [TestCase(5000)]
    public void What_may_be_claimed_has_its_turn_long_before_the_send_window_ends(double limit)
    {
        var pace = new Pace(limit, Window, _time);
        var taken = pace.Take(100_000);
        Assert.That(taken, Is.Positive);
        // Its start queues after it, behind as many others.
        var turns = Enumerable.Range(0, 2 * taken).Select(_ => pace.TurnAsync(Window / 2, default)).ToArray();
        Assert.That(turns.Where(turn => turn.IsCompletedSuccessfully && !turn.Result), Is.Empty);
    }

    [Test]
    public void No_more_is_claimed_until_calls_have_begun()
    {
        var pace = new Pace(48, Window, _time);
        Assert.That(pace.Take(256), Is.EqualTo(48));
        Assert.That(pace.Take(256), Is.Zero);
        for (var i = 0; i < 11; i++)
            pace.Began();
        Assert.That(pace.Take(256), Is.Zero, "small claims are dear");
        pace.Began();
        Assert.That(pace.Take(256), Is.EqualTo(12));
        // Answered, they are to start: they wait for a turn again.
        for (var i = 0; i < 12; i++)
            pace.Ended();
        Assert.That(pace.Take(256), Is.Zero);
        pace.Driven(-60);
        Assert.That(pace.Take(5), Is.EqualTo(5));
    }

    [Test]
    public async Task During_a_pause_nothing_begins_and_nothing_is_claimed()
    {
        var pace = new Pace(null, Window, _time);
        Assert.That(pace.Pause(7 * Second, tooMany: false), Is.True);
        Assert.That(pace.Pause(Second, tooMany: false), Is.False, "a shorter one ends no longer one");
        _time.Advance(6.9 * Second);
        Assert.That((pace.IsPaused, pace.Take(1)), Is.EqualTo((true, 0)));
        Assert.That(await pace.TurnAsync(TimeSpan.Zero, default), Is.False);
        _time.Advance(0.1 * Second);
        Assert.That(await pace.TurnAsync(TimeSpan.Zero, default), Is.True);
        Assert.That(pace.IsLimited, Is.False, "a pause alone says nothing about the pace");
    }

    [Test]
    public async Task What_waits_for_its_turn_when_a_pause_begins_waits_for_its_end()
    {
        var pace = new Pace(1, Window, _time);
        Assert.That(await pace.TurnAsync(TimeSpan.Zero, default), Is.True);
        var waits = pace.TurnAsync(Window, default).AsTask();
        pace.Pause(5 * Second, tooMany: false);
        _time.Advance(4.9 * Second);
        Assert.That(waits.IsCompleted, Is.False);
        _time.Advance(0.2 * Second);
        Assert.That(await waits, Is.True);
    }

    [Test]
    public void A_pause_beyond_the_send_window_is_said_at_once()
    {
        var pace = new Pace(1, Window, _time);
        pace.Pause(11 * Second, tooMany: false);
        var turn = pace.TurnAsync(Window, default);
        Assert.That(turn.IsCompleted && !turn.Result, Is.True);
    }

    [Test]
    public async Task Too_many_calls_lower_the_pace_once_for_each_crowd_and_it_comes_back()
    {
        var pace = new Pace(null, Window, _time);
        _time.Advance(Second);
        for (var i = 0; i < 100; i++)
            await pace.TurnAsync(TimeSpan.Zero, default);
        for (var i = 0; i < 50; i++)
            pace.Pause(Second, tooMany: true);
        _time.Advance(Second);
        Assert.That(pace.Rate, Is.EqualTo(50).Within(0.1));
        Assert.That(pace.IsLimited, Is.True);
        _time.Advance(70 * Second);
        Assert.That(pace.Rate, Is.GreaterThan(100));
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.That(pace.IsLimited, Is.False);
    }

    [Test]
    public async Task The_pace_never_goes_above_the_limit_nor_down_to_nothing()
    {
        var pace = new Pace(20, Window, _time);
        for (var i = 0; i < 100; i++)
        {
            await pace.TurnAsync(TimeSpan.Zero, default);
            pace.Pause(Second, tooMany: true);
            _time.Advance(2 * Second);
        }
        Assert.That(pace.Rate, Is.InRange(0.5, 0.6));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.That(pace.Rate, Is.EqualTo(20));
    }

    private static async Task<int> BeginAsync(Pace pace)
    {
        var begun = 0;
        while (await pace.TurnAsync(TimeSpan.Zero, default))
            begun++;
        return begun;
    }
}
