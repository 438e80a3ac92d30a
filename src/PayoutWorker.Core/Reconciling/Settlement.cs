using System.Globalization;
using Bank131.Client;
using Microsoft.Extensions.Logging;
using PayoutWorker.Decisions;
using PayoutWorker.Driving;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.Reconciling;

/// <summary>
/// What a statement shows and our row does not know: the bank is asked about the session first, since its answer says
/// more; where that does not tell, the statement itself counts, if it leaves no doubt. All through the ordinary
/// decision, under the row's lock.
/// </summary>
internal sealed class Settlement(
    IPayoutStore store,
    IBank bank,
    Func<Policy> policy,
    TimeProvider time,
    Counters counters,
    ILogger<Settlement> logger
)
{
    /// <returns>Our row says now what the statement shows.</returns>
    public async Task<bool> SettleAsync(Finding finding, DateOnly day, CancellationToken stopping)
    {
        var payout = (await store.WriteAsync(finding.Row.PayoutId, _ => null)).After;
        if (payout is null)
            return false;
        if (Agrees(payout, finding))
            return true;
        if (payout is { Project: { } project, Session: { BankId: { } session, N: var n } })
        {
            var asked = time.GetTimestamp();
            var answer = await bank.AskAsync(project, session, stopping);
            if (answer is BankAnswer.Accepted { Session: var view } && view.Id == session)
                payout = await LearnAsync(
                    payout.Id,
                    new Evidence.Seen(n, view, time.GetElapsedTime(asked), "status, asked since the statement differs")
                );
        }
        if (payout is not null && !Agrees(payout, finding) && finding.Proves)
            payout = await LearnAsync(payout.Id, Proof(finding, day));
        return payout is not null && Agrees(payout, finding);
    }

    private static Evidence Proof(Finding finding, DateOnly day)
    {
        var line = finding.Line;
        var date = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var source = $"statement of {date}, line {line.Name}";
        return finding is Finding.Back back
            ? new Evidence.CameBack(back.Total, source)
            : new Evidence.Booked(line.Line.PaymentId, new Money(line.Line.Amount!.Value, line.Line.Currency!), source);
    }

    private static bool Agrees(Payout payout, Finding finding) =>
        finding is Finding.Back back
            ? payout.State == PayoutState.Returned || payout.ReturnedAmount >= back.Total
            : payout.State is PayoutState.Paid or PayoutState.Returned
                && payout.Order.Amount.Is(finding.Line.Line.Amount, finding.Line.Line.Currency);

    private async Task<Payout?> LearnAsync(long payoutId, Evidence evidence)
    {
        var written = await store.WriteAsync(payoutId, p => Decision.Learn(p, evidence, policy(), mine: false));
        counters.Written(written);
        logger.Written(written);
        return written.After;
    }
}
