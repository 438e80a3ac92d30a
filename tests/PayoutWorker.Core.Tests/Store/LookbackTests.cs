using PayoutWorker.Core.Tests.Support;
using PayoutWorker.Store;

namespace PayoutWorker.Core.Tests.Store;

/// <summary>Which looks at what is due go all the way.</summary>
internal sealed class LookbackTests
{
    private static readonly TimeSpan Took = TimeSpan.FromMilliseconds(10);

    private readonly HandTime _time = new();

    [Test]
    public void A_look_after_one_that_went_all_the_way_sees_what_became_due_since_and_somewhat_more()
    {
        var lookback = new Lookback(_time);
        Look(lookback);
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.That(lookback.Begin().Short, Is.EqualTo(TimeSpan.FromMilliseconds(2110)));
    }

    [TestCase(499, false)]
    [TestCase(500, true)]
    public void A_fiftieth_of_the_time_goes_into_looks_all_the_way(int later, bool isAll)
    {
        var lookback = new Lookback(_time);
        Look(lookback);
        // A short one changes nothing.
        lookback.End(lookback.Begin(), Took, leaves: false);
        _time.Advance(TimeSpan.FromMilliseconds(later) - Took);
        Assert.That(lookback.Begin().IsAll, Is.EqualTo(isAll));
    }

    [Test]
    public void However_long_one_takes_the_next_comes_in_five_seconds()
    {
        var lookback = new Lookback(_time);
        var look = lookback.Begin();
        _time.Advance(TimeSpan.FromSeconds(1));
        lookback.End(look, lookback.Since(look), leaves: false);
        _time.Advance(TimeSpan.FromSeconds(3.9));
        Assert.That(lookback.Begin().IsAll, Is.False);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.That(lookback.Begin().IsAll, Is.True);
    }

    [Test]
    public void After_one_that_left_some_behind_the_next_goes_all_the_way()
    {
        var lookback = new Lookback(_time);
        Look(lookback);
        _time.Advance(TimeSpan.FromSeconds(5));
        lookback.End(lookback.Begin(), Took, leaves: true);
        Assert.That(lookback.Begin().IsAll, Is.True);
    }

    [Test]
    public void One_that_has_to_goes_all_the_way()
    {
        var lookback = new Lookback(_time);
        Look(lookback);
        Assert.That(lookback.Begin(mayBeShort: false).IsAll, Is.True);
    }

    [Test]
    public void Without_a_clock_each_goes_all_the_way()
    {
        var lookback = new Lookback(null);
        lookback.End(lookback.Begin(), Took, leaves: false);
        Assert.That(lookback.Begin().IsAll, Is.True);
    }

    private void Look(Lookback lookback)
    {
        var look = lookback.Begin();
        Assert.That(look.IsAll, Is.True);
        _time.Advance(Took);
        lookback.End(look, lookback.Since(look), leaves: false);
    }
}
