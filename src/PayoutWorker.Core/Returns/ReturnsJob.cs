using Bank131.Client;
using Bank131.Views;
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

    // Longer than any set of questions takes, with the bank's time-outs.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(15);

    public async Task<string?> RunAsync(CancellationToken stopping)
    {
        var (asked, returned) = (0, 0);
        while (!stopping.IsCancellationRequested && bank.PausedProjects.Count == 0)
        {
            var payouts = await store.TakeReturnsAsync(SetSize, Lease, stopping);
            List<long> done = [];
            foreach (var payout in payouts)
            {
                if (payout is not { State: PayoutState.Paid, Project: { } project, Session.BankId: { } id })
                {
                    done.Add(payout.Id);
                    continue;
                }
                var answer = await bank.AskAsync(project, id, stopping);
                // Silence is asked again soon; a refusal to show the session would only be repeated.
                if (answer is BankAnswer.Unknown or BankAnswer.NotSent)
                    continue;
                asked++;
                if (answer is BankAnswer.Accepted accepted && await LearnAsync(payout, accepted.Session))
                    returned++;
                done.Add(payout.Id);
            }
            if (done.Count > 0)
                await store.ReturnsAskedAsync(done, policy().Timings.ReturnWatch, CancellationToken.None);
            if (payouts.Count < SetSize)
                break;
        }
        return asked == 0 ? null : $"{asked} paid payouts asked about: {returned} came back";
    }

    private async Task<bool> LearnAsync(Payout payout, SessionView session)
    {
        var evidence = new Evidence.Seen(payout.Session!.N, session, TimeSpan.Zero, "status");
        var written = await store.WriteAsync(payout.Id, p => Decision.Learn(p, evidence, policy(), mine: false));
        counters.Written(written);
        logger.Written(written);
        return written.After?.State == PayoutState.Returned;
    }
}
