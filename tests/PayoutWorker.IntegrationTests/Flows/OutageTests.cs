using Bank131.Simulator;
using PayoutWorker.IntegrationTests.Support;
using PayoutWorker.Lab.Processes;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.IntegrationTests.Flows;

/// <summary>The bank is down, or busy, for long: rows wait, nothing is used up, nothing floods, and then all is paid.</summary>
internal sealed class OutageTests : TownFixture
{
    private static readonly TimeSpan Break = TimeSpan.FromSeconds(1);

    protected override TownOptions Options =>
        base.Options with
        {
            WorkerSettings = new Dictionary<string, object>
            {
                ["Breaker:Sampling"] = "00:00:05",
                ["Breaker:BreakAfter"] = BreakAfter,
                ["Worker:MaxCalls"] = MaxCalls,
            },
        };

    private const int BreakAfter = 10;
    private const int MaxCalls = 16;
    private const int Trials = 5;

    [Test]
    public async Task An_outage_leaves_rows_waiting_and_drains_when_it_ends()
    {
        Town.Bank.Script(new CallFault(CallFaultKind.ErrorBefore) { Times = int.MaxValue, HttpStatus = 503 });
        var accounts = Enumerable.Range(0, 60).Select(_ => NewAccount()).ToArray();
        var keys = new List<string>();
        foreach (var account in accounts)
            keys.Add(await OrderAsync(account));
        await Poll.UntilAsync(
            "the breaker to open, and to be tried again and again",
            _ => Task.FromResult(Refused().Count >= BreakAfter + MaxCalls + Trials),
            Patience,
            CancellationToken.None
        );
        var refused = Refused();
        // As many as were under way when it opened, and then one for each break.
        var trials = refused.Skip(BreakAfter + MaxCalls).ToArray();
        Assert.That(trials, Has.Length.LessThanOrEqualTo((trials[^1].At - trials[0].At) / Break + 2), "no flood");
        Assert.That(
            await ScalarAsync<long>("SELECT count(*) FROM payouts.work WHERE state = 'held' OR claims > 3"),
            Is.Zero,
            "an outage uses nothing up"
        );
        var calls = await ScalarAsync<long>(
            "SELECT count(*) FROM payouts.bank_call WHERE outcome IS DISTINCT FROM 'not sent'"
        );
        Assert.That(calls, Is.LessThanOrEqualTo(Refused().Count + MaxCalls), "one session for each create that left");

        Town.Bank.ClearFaults();
        foreach (var key in keys)
            await WaitForAsync(key, "paid");
        foreach (var account in accounts)
            PaidOnce(account, 350000);

        IReadOnlyList<BankEvent> Refused() =>
            [
                .. Town
                    .Bank.Events.After()
                    .Where(e =>
                        e.Kind == BankEventKind.Fault && e.Code!.StartsWith("ErrorBefore", StringComparison.Ordinal)
                    ),
            ];
    }

    [Test]
    public async Task A_busy_bank_is_left_alone_for_as_long_as_it_asks()
    {
        var pause = TimeSpan.FromSeconds(2);
        var account = NewAccount();
        Town.Bank.Script(
            new PayoutScript(account)
            {
                Faults = [new CallFault(CallFaultKind.TooManyRequests, BankStep.Start) { RetryAfter = pause }],
            }
        );
        await WaitForAsync(await OrderAsync(account), "paid");
        PaidOnce(account, 350000);
        var events = Town.Bank.Events.After();
        var busy = events.Single(e => e is { Kind: BankEventKind.Fault, Code: "TooManyRequests at Start" });
        var next = events.First(e =>
            e.Number > busy.Number && e.Kind is BankEventKind.StatusAsked or BankEventKind.Started
        );
        Assert.That(next.At - busy.At, Is.GreaterThanOrEqualTo(pause));
    }
}
