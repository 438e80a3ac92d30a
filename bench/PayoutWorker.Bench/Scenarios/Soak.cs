using System.Diagnostics;
using PayoutWorker.Bench.Machine;
using PayoutWorker.Bench.Peers;
using PayoutWorker.Bench.Reporting;

namespace PayoutWorker.Bench.Scenarios;

/// <summary>Scenario 11: half an hour with a hundred thousand waiting all the time; what grows with time shows.</summary>
internal static class Soak
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    public static async Task<Result> RunAsync(
        Bench bench,
        Peer peer,
        int round,
        int waiting,
        TimeSpan time,
        CancellationToken cancellationToken
    )
    {
        var ground = await bench.PrepareAsync(peer, BankBehaviour.Quick, cancellationToken);
        await using var measured = new Measured(peer, ground);
        await measured.StartAsync(1, cancellationToken);
        await measured.WarmUpAsync(cancellationToken);
        await measured.InsertAsync(waiting, cancellationToken);
        List<Sample> samples = [];
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < time)
        {
            samples.Add(
                new Sample(
                    Stopwatch.GetElapsedTime(began),
                    await peer.PaidAsync(ground, cancellationToken),
                    measured.Processes.Sum(process => Cpu.MegabytesOf(process.Id))
                )
            );
            if (samples.Count % 20 == 0)
                Bench.Say(
                    $"  {samples[^1].At.TotalMinutes:0} min: {samples[^1].Paid} paid, {samples[^1].Megabytes:0} MB"
                );
            var missing = waiting - await peer.OpenAsync(ground, cancellationToken);
            if (missing > waiting / 20)
                await measured.InsertAsync((int)missing, cancellationToken);
            await Task.Delay(Pause, cancellationToken);
        }
        // The first sixth fills caches and heaps.
        Sample[] early = [.. samples.Where(one => one.At > time / 6 && one.At < time / 3)];
        Sample[] late = [.. samples.Where(one => one.At > time * 5 / 6)];
        return new Result(11, "", peer.Name, round)
        {
            Figures = new()
            {
                ["payouts/s"] = RateOf(early),
                ["payouts/s at its end"] = RateOf(late),
                ["paid"] = samples[^1].Paid,
                ["memory MB"] = early.Average(one => one.Megabytes),
                ["memory MB at its end"] = late.Average(one => one.Megabytes),
                ["memory MB at most"] = samples.Max(one => one.Megabytes),
            },
        };
    }

    private static double RateOf(Sample[] samples) =>
        (samples[^1].Paid - samples[0].Paid) / (samples[^1].At - samples[0].At).TotalSeconds;

    private sealed record Sample(TimeSpan At, long Paid, double Megabytes);
}
