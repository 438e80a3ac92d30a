using System.Diagnostics;
using PayoutWorker.Bench.Machine;
using PayoutWorker.Bench.Peers;
using PayoutWorker.Lab.Processes;

namespace PayoutWorker.Bench.Scenarios;

/// <summary>One peer's processes at work on one ground, and what they have used between two looks.</summary>
internal sealed class Measured(Peer peer, Ground ground) : IAsyncDisposable
{
    private readonly List<ChildProcess> _processes = [];
    private int _ordered;

    public Peer Peer => peer;
    public Ground Ground => ground;
    public IReadOnlyList<ChildProcess> Processes => _processes;

    public async Task StartAsync(int processes, CancellationToken cancellationToken)
    {
        for (var n = 1; n <= processes; n++)
            _processes.Add(await peer.StartAsync(ground, n, cancellationToken));
    }

    /// <summary>Orders payouts; returns the number of the first.</summary>
    public async Task<int> InsertAsync(int count, CancellationToken cancellationToken)
    {
        var first = _ordered + 1;
        _ordered += count;
        await peer.InsertAsync(ground, first, count, cancellationToken);
        return first;
    }

    /// <summary>Code that runs for the first time is compiled then: nobody's figures shall hold that.</summary>
    public async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        for (var times = 0; times < 5; times++)
        {
            await InsertAsync(400, cancellationToken);
            await UntilPaidAsync(TimeSpan.FromMinutes(3), cancellationToken);
        }
    }

    /// <summary>Until everything ordered is paid.</summary>
    /// <exception cref="InvalidOperationException">Something ended otherwise.</exception>
    public async Task UntilPaidAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        while (await peer.OpenAsync(ground, cancellationToken) is var open and > 0)
        {
            if (_processes.Find(process => process.HasExited) is { } ended)
                throw new InvalidOperationException(
                    $"{peer.Name} ended:{Environment.NewLine}{string.Join(Environment.NewLine, ended.Tail(20))}"
                );
            if (Stopwatch.GetElapsedTime(began) > timeout)
                throw new InvalidOperationException($"{peer.Name}: {open} not paid after {timeout}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
        }
        var paid = await peer.PaidAsync(ground, cancellationToken);
        if (paid != _ordered)
            throw new InvalidOperationException($"{peer.Name}: {paid} of {_ordered} paid");
    }

    public async Task<Used> LookAsync(CancellationToken cancellationToken) =>
        new(
            _processes.Sum(process => Cpu.SecondsOf(process.Id)),
            await Cpu.SecondsOfTreeAsync(ground.Server.ProcessId, cancellationToken),
            Cpu.SecondsOf(ground.BankProcessId),
            await DatabaseFigures.ReadAsync(ground.Admin, cancellationToken)
        );

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
            await process.DisposeAsync();
        await ground.DisposeAsync();
    }
}

/// <summary>CPU seconds and database counters so far.</summary>
internal sealed record Used(double Worker, double Postgres, double Bank, DatabaseFigures Database)
{
    public static Used operator -(Used later, Used before) =>
        new(
            later.Worker - before.Worker,
            later.Postgres - before.Postgres,
            later.Bank - before.Bank,
            later.Database - before.Database
        );
}
