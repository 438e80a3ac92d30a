using Bank131.Client;
using Microsoft.Extensions.Logging.Abstractions;
using PayoutWorker.Core.Tests.Support;
using PayoutWorker.Driving;
using PayoutWorker.Jobs;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.Core.Tests.Driving;

/// <summary>The claim loop around the drives.</summary>
internal sealed class DriveJobTests
{
    [Test]
    public async Task A_run_that_ends_in_its_claim_waits_for_the_calls_under_way()
    {
        var bank = new Bank();
        using var stop = new CancellationTokenSource();
        var store = new Store { SecondClaim = token => Task.Delay(Timeout.Infinite, token) };
        var run = Job(store, bank, maxCalls: 8).RunAsync(new DriveRun(), stop.Token);
        await bank.Asked.Task;
        await stop.CancelAsync();
        await Task.Delay(100);
        Assert.That(run.IsCompleted, Is.False, "a stopping process would cut the call off and lose its answer");
        bank.Answer.SetResult();
        Assert.That(async () => await run, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(store.Written, Is.EqualTo(1));
    }

    [Test]
    public async Task A_project_on_trial_is_claimed_for()
    {
        var bank = new Bank { Trickle = 1 };
        bank.Answer.SetResult();
        var store = new Store { SecondClaim = _ => Task.CompletedTask };
        await Job(store, bank, maxCalls: 64).RunAsync(new DriveRun(), default);
        Assert.That(store.Written, Is.EqualTo(1));
    }

    [Test]
    public async Task A_run_with_a_limit_takes_no_more_and_rings_for_the_next()
    {
        var (bank, bells) = (new Bank(), new Wakeups());
        bank.Answer.SetResult();
        var store = new Store { SecondClaim = _ => Task.CompletedTask };
        var summary = await Job(store, bank, maxCalls: 64, bells).RunAsync(new DriveRun(Most: 1), default);
        Assert.That(store.Orders.Select(order => order.Most), Is.EqualTo(new[] { 1 }));
        Assert.That(summary.Count, Is.EqualTo(1));
        Assert.That(await bells.Drive.WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System, default), Is.True);
    }

    [Test]
    public async Task A_run_with_a_limit_that_found_less_does_not_ring()
    {
        var (bank, bells) = (new Bank(), new Wakeups());
        bank.Answer.SetResult();
        var store = new Store { SecondClaim = _ => Task.CompletedTask };
        await Job(store, bank, maxCalls: 64, bells).RunAsync(new DriveRun(Most: 2), default);
        Assert.That(store.Orders.Select(order => order.Most).Take(2), Is.EqualTo(new[] { 2, 1 }));
        Assert.That(await bells.Drive.WaitAsync(TimeSpan.FromMilliseconds(50), TimeProvider.System, default), Is.False);
    }

    [Test]
    public async Task A_project_at_its_pace_is_claimed_for_apart_and_no_more_than_can_begin_soon()
    {
        var time = TimeProvider.System;
        Pace Limited(double? calls) => new(calls, TimeSpan.FromSeconds(10), time);
        var bank = new Bank
        {
            Paces = new Dictionary<string, Pace>
            {
                ["slow"] = Limited(12),
                ["main"] = Limited(null),
                ["other"] = Limited(null),
            },
        };
        bank.Answer.SetResult();
        var store = new Store { SecondClaim = _ => Task.CompletedTask };
        await Job(store, bank, maxCalls: 64).RunAsync(new DriveRun(), default);
        var (apart, rest) = (store.Orders[0], store.Orders[1]);
        Assert.That(apart.PausedProjects, Is.EquivalentTo(new[] { "main", "other" }));
        Assert.That((apart.Slots, apart.Most, apart.ReadyFirst), Is.EqualTo((12, 12, true)));
        Assert.That(rest.PausedProjects, Is.EqualTo(new[] { "slow" }));
        Assert.That((rest.Slots, rest.ReadyFirst), Is.EqualTo((63, false)));
        Assert.That(bank.Paces["slow"].Take(64), Is.EqualTo(12), "what was not claimed is given back");
    }

    [Test]
    public void Of_a_project_at_its_pace_what_is_ready_takes_all_slots()
    {
        var order = new ClaimOrder(48, TimeSpan.FromMinutes(1), [], [], 100) { ReadyFirst = true };
        Assert.That(Shares.Of(order).Counts[0], Is.EqualTo(48));
        Assert.That(Shares.Of(order with { ReadyFirst = false }).Counts[0], Is.EqualTo(24));
    }

    [Test]
    public async Task What_is_handed_over_is_sent_at_once_by_a_run_that_lingers()
    {
        var (bank, looked) = (new Bank(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        bank.Answer.SetResult();
        var store = new Store
        {
            SecondClaim = _ =>
            {
                looked.TrySetResult();
                return Task.CompletedTask;
            },
        };
        var job = Job(store, bank, maxCalls: 8);
        using var stop = new CancellationTokenSource();
        var run = job.RunAsync(new DriveRun(Linger: TimeSpan.FromHours(1)), stop.Token);
        await looked.Task;
        // Until the first one's end was noticed and the run waits for the bell alone.
        await Task.Delay(300);
        var confirming = Sample.Payout(PayoutState.Confirming) with { Id = 8 };
        job.Handover.Give([new Handed(confirming, "{}"u8.ToArray(), TimeProvider.System.GetTimestamp())]);
        await bank.Sent.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await stop.CancelAsync();
        await run;
    }

    [Test]
    public async Task However_much_is_handed_over_what_is_due_is_looked_for()
    {
        var bank = new Bank();
        bank.Answer.SetResult();
        var store = new Store { SecondClaim = _ => Task.CompletedTask };
        var job = Job(store, bank, maxCalls: 8);
        var run = job.RunAsync(new DriveRun(Linger: TimeSpan.FromHours(1)), default);
        var confirming = Sample.Payout(PayoutState.Confirming) with { Id = 8 };
        // Less than a look lies between them; the run ends by itself.
        while (!run.IsCompleted)
        {
            job.Handover.Give([new Handed(confirming, "{}"u8.ToArray(), TimeProvider.System.GetTimestamp())]);
            await Task.Delay(20);
        }
        Assert.That(store.Orders, Has.Count.GreaterThan(3));
    }

    private static DriveJob Job(Store store, Bank bank, int maxCalls, Wakeups? bells = null)
    {
        var (policy, time) = (Sample.Policy, TimeProvider.System);
        var driver = new Driver(store, bank, null, () => policy, time, new Counters(), NullLogger<Driver>.Instance);
        var options = new DriveOptions(maxCalls, 100, TimeSpan.FromSeconds(5));
        return new DriveJob(
            store,
            bank,
            driver,
            [],
            options,
            () => policy,
            bells ?? new Wakeups(),
            time,
            NullLogger<DriveJob>.Instance
        );
    }

    private sealed class Bank : IBank
    {
        public TaskCompletionSource Asked { get; } = new();
        public TaskCompletionSource Answer { get; } = new();
        public TaskCompletionSource Sent { get; } = new();
        public IReadOnlyList<string> PausedProjects => [];
        public int Trickle { get; init; } = int.MaxValue;
        public IReadOnlyDictionary<string, Pace> Paces { get; init; } = new Dictionary<string, Pace>();

        public Task<BankAnswer> SendAsync(string project, string path, ReadOnlyMemory<byte> body, string key)
        {
            Sent.TrySetResult();
            return Task.FromResult<BankAnswer>(new BankAnswer.Unknown("no answer in time"));
        }

        public async Task<BankAnswer> AskAsync(string project, string sessionId, CancellationToken cancellationToken)
        {
            Asked.TrySetResult();
            await Answer.Task;
            return new BankAnswer.Accepted(Sample.Working);
        }
    }

    private sealed class Store : StubStore
    {
        private readonly Payout _payout = Sample.Payout(PayoutState.Started);
        private int _claims;

        public required Func<CancellationToken, Task> SecondClaim { get; init; }
        public int Written { get; private set; }
        public List<ClaimOrder> Orders { get; } = [];

        public override async Task<IReadOnlyList<Claimed>> ClaimAsync(
            ClaimOrder order,
            CancellationToken cancellationToken
        )
        {
            Orders.Add(order);
            if (_claims++ == 0)
                return [new Claimed(_payout, _payout.State)];
            await SecondClaim(cancellationToken);
            return [];
        }

        public override Task<Written> WriteAsync(long payoutId, Func<Payout, Change?> decide)
        {
            Written++;
            var change = decide(_payout);
            return Task.FromResult(new Written(change, _payout, change is null ? _payout : _payout.After(change)));
        }
    }
}
