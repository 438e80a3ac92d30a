using PayoutWorker.Lab.Processes;

namespace PayoutWorker.Lab.Chaos.Trouble;

/// <summary>What happens to workers.</summary>
internal sealed class WorkerTrouble(Fleet fleet, Moment moment, ChaosTally tally, TimeProvider time)
{
    // Of a lease of 3 s: the worker wakes and finds its payouts in other hands.
    private static readonly TimeSpan PauseMin = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(9);

    public async Task KillAsync(bool atEvent, Random random, CancellationToken cancellationToken)
    {
        if (fleet.Take(random) is not { } berth)
            return;
        try
        {
            var (name, id) = (berth.Worker.Name, berth.Id);
            var when = await SignalAsync(id, Signal.Kill, atEvent, random, cancellationToken);
            tally.Count("SIGKILL of a worker");
            tally.Say($"SIGKILL {name} {when}");
            await fleet.ReplaceAsync(berth, Between(TimeSpan.Zero, TimeSpan.FromSeconds(4), random), cancellationToken);
        }
        finally
        {
            fleet.GiveBack(berth);
        }
    }

    public async Task PauseAsync(bool atEvent, Random random, CancellationToken cancellationToken)
    {
        if (fleet.Take(random) is not { } berth)
            return;
        var (name, id, pause) = (berth.Worker.Name, berth.Id, Between(PauseMin, PauseMax, random));
        try
        {
            var when = await SignalAsync(id, Signal.Stop, atEvent, random, cancellationToken);
            tally.Count("SIGSTOP of a worker beyond its lease");
            tally.Say($"SIGSTOP {name} {when} for {pause.TotalSeconds:0.0} s");
            await Task.Delay(pause, time, cancellationToken);
        }
        finally
        {
            UnixProcess.Send(id, Signal.Cont);
            fleet.GiveBack(berth);
        }
    }

    public async Task StopAsync(Random random, CancellationToken cancellationToken)
    {
        if (fleet.Take(random) is not { } berth)
            return;
        try
        {
            var name = berth.Worker.Name;
            tally.Count("SIGTERM of a worker");
            tally.Say($"SIGTERM {name}");
            var began = time.GetTimestamp();
            var code = await berth.Worker.StopAsync(cancellationToken);
            var seconds = time.GetElapsedTime(began).TotalSeconds;
            if (code != 0)
                tally.Surprise($"{name} ended with code {code} {seconds:0.0} s after SIGTERM");
            await fleet.ReplaceAsync(berth, TimeSpan.Zero, cancellationToken);
        }
        finally
        {
            fleet.GiveBack(berth);
        }
    }

    private async Task<string> SignalAsync(
        int id,
        Signal signal,
        bool atEvent,
        Random random,
        CancellationToken cancellationToken
    )
    {
        if (atEvent)
            return await moment.ActAtAsync(() => UnixProcess.Send(id, signal), random, cancellationToken);
        UnixProcess.Send(id, signal);
        return "at random";
    }

    private static TimeSpan Between(TimeSpan least, TimeSpan most, Random random) =>
        least + (most - least) * random.NextDouble();
}
