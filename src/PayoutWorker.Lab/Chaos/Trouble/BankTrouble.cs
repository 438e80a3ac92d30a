using Bank131.Simulator;
using PayoutWorker.Lab.Chaos.Network;
using PayoutWorker.Lab.Chaos.Orders;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.Lab.Chaos.Trouble;

/// <summary>What happens to the bank and on the way to it, beside what happens there by chance all the time.</summary>
internal sealed class BankTrouble(Town town, FaultProxy proxy, FaultProxy database, ChaosTally tally, TimeProvider time)
{
    // Not create and init: a session id that the bank never gave leads to hours of asking, which is right and too long.
    private static readonly BankStep[] Misnamed = [BankStep.Start, BankStep.Confirm, BankStep.Status];

    public Task CutAsync(Random random)
    {
        var (which, name) = random.Next(2) == 0 ? (proxy, "bank") : (database, "database");
        tally.Say($"all connections to the {name} are cut");
        which.CutAll();
        return Task.CompletedTask;
    }

    public Task RefuseAsync(Random random, CancellationToken cancellationToken)
    {
        var pause = TimeSpan.FromSeconds(3 * random.NextDouble());
        tally.Say($"nobody can connect to the bank for {pause.TotalSeconds:0.0} s");
        proxy.CutAll();
        return proxy.RefuseAsync(pause, cancellationToken);
    }

    /// <summary>An outage: every call is answered with 5xx, in half of them after it was carried out. Breakers open.</summary>
    public async Task ErrorsAsync(Random random, CancellationToken cancellationToken)
    {
        var outage = TimeSpan.FromSeconds(1 + 4 * random.NextDouble());
        var kind = random.Next(2) == 0 ? CallFaultKind.ErrorBefore : CallFaultKind.ErrorAfter;
        tally.Count("outages of the bank");
        tally.Say($"the bank answers everything with 502 for {outage.TotalSeconds:0.0} s ({kind})");
        town.Bank.Script(new CallFault(kind) { Times = int.MaxValue, HttpStatus = 502 });
        await Task.Delay(outage, time, cancellationToken);
        // There is no taking back of one fault alone.
        town.Bank.ClearFaults();
        town.Bank.Script(ChaosPlan.BankFaults(random.Next()));
    }

    public Task WrongSessionAsync(Random random)
    {
        var step = Misnamed[random.Next(Misnamed.Length)];
        tally.Count("answers that name another session", 3);
        tally.Say($"the bank's answers to {step} name another session, three times");
        town.Bank.Script(new CallFault(CallFaultKind.WrongSession, step) { Times = 3 });
        return Task.CompletedTask;
    }
}
