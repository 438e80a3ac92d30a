using Bank131.Client;
using Microsoft.Extensions.Logging;
using PayoutWorker.Decisions;
using PayoutWorker.Driving;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.Returns;

/// <summary>
/// Asks about paid account payouts on the days when money comes back: the webhook that says so may be lost for good.
/// </summary>
internal sealed class ReturnsJob(
    IPayoutStore store,
    IBank bank,
    Func<Policy> policy,
    Counters counters,
    ILogger<ReturnsJob> logger
)
{
    // Small sets, one after the other: nobody waits for these, and the bank's limits are shared with payments.
    private const int SetSize = 20;

    public async Task<string?> RunAsync(CancellationToken stopping)
    {
        var (asked, returned) = (0, 0);
        while (!stopping.IsCancellationRequested && bank.PausedProjects.Count == 0)
        {
            var payouts = await store.TakeReturnsAsync(SetSize, policy().Timings.ReturnWatch, stopping);
            foreach (var payout in payouts)
            {
                asked++;
                if (payout is { State: PayoutState.Paid, Project: not null } && await AskAsync(payout, stopping))
                    returned++;
            }
            if (payouts.Count < SetSize)
                break;
        }
        return asked == 0 ? null : $"{asked} paid payouts asked about: {returned} came back";
    }

    private async Task<bool> AskAsync(Payout payout, CancellationToken stopping)
    {
        var answer = await bank.AskAsync(payout.Project!, payout.Session!.BankId!, stopping);
        if (answer is not BankAnswer.Accepted accepted)
            return false;
        var evidence = new Evidence.Seen(payout.Session.N, accepted.Session, TimeSpan.Zero, "status");
        var written = await store.WriteAsync(payout.Id, p => Decision.Learn(p, evidence, policy(), mine: false));
        counters.Written(written);
        logger.Written(written);
        return written.After?.State == PayoutState.Returned;
    }
}
