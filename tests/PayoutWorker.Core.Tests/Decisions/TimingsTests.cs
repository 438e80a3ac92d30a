using PayoutWorker.Decisions;

namespace PayoutWorker.Core.Tests.Decisions;

/// <summary>The durations, scaled by one factor, and what must hold between them.</summary>
internal sealed class TimingsTests
{
    private static readonly Timings Timings = new();

    [Test]
    public void The_defaults_hold() => Assert.That(Timings.Problems(), Is.Empty);

    [Test]
    public void A_scale_multiplies_every_duration_and_what_held_holds()
    {
        var scaled = Timings.Scale(0.05);
        Assert.That(scaled.Problems(0.05), Is.Empty);
        foreach (var property in typeof(Timings).GetProperties())
            switch (property.GetValue(Timings), property.GetValue(scaled))
            {
                case (TimeSpan before, TimeSpan after):
                    Assert.That(after, Is.EqualTo(before * 0.05), property.Name);
                    break;
                case (IReadOnlyList<TimeSpan> before, IReadOnlyList<TimeSpan> after):
                    Assert.That(after, Is.EqualTo(before.Select(one => one * 0.05)), property.Name);
                    break;
                default:
                    Assert.Fail($"{property.Name} is no duration");
                    break;
            }
    }

    [Test]
    public void A_lease_that_ends_while_a_call_may_be_under_way_is_refused()
    {
        var least = Timings.SendWindow + Timings.HttpTimeout + TimeSpan.FromSeconds(20);
        Assert.That((Timings with { Lease = least }).Problems(), Is.Empty);
        Assert.That(
            (Timings with { Lease = least - TimeSpan.FromSeconds(1) }).Problems(),
            Is.EqualTo(new[] { "Lease: expected at least SendWindow + HttpTimeout + 20 s, got 49 s" })
        );
    }

    [Test]
    public void A_quarantine_in_which_a_call_may_still_arrive_is_refused()
    {
        var least = 2 * Timings.HttpTimeout + TimeSpan.FromSeconds(60);
        Assert.That((Timings with { Quarantine = least }).Problems(), Is.Empty);
        Assert.That(
            (Timings with { Quarantine = least - TimeSpan.FromSeconds(1) }).Problems(),
            Is.EqualTo(new[] { "Quarantine: expected at least 2 × HttpTimeout + 60 s, got 99 s" })
        );
    }

    [Test]
    public void The_last_interval_between_questions_repeats()
    {
        Assert.That(Timings.Poll(0), Is.EqualTo(TimeSpan.FromSeconds(30)));
        Assert.That(Timings.Poll(6), Is.EqualTo(TimeSpan.FromHours(1)));
        Assert.That(Timings.Poll(600), Is.EqualTo(TimeSpan.FromHours(1)));
    }
}
