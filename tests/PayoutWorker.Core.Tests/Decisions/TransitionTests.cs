using System.Text.RegularExpressions;
using Bank131.Client;
using Bank131.Views;
using PayoutWorker.Decisions;
using PayoutWorker.Payouts;

namespace PayoutWorker.Core.Tests.Decisions;

/// <summary>The full cross product: whatever is decided, the move is legal, in the code's table and in the database's.</summary>
internal sealed partial class TransitionTests
{
    [Test]
    public void No_decision_makes_an_illegal_move()
    {
        List<string> illegal = [];
        foreach (var payout in Payouts())
        {
            if (!payout.State.IsFinal() && Decision.Next(payout, Sample.Policy) is Act.Write { Change: var next })
                Check(illegal, payout, null, next);
            foreach (var evidence in Evidences(payout))
            foreach (var mine in new[] { true, false })
                if (Decision.Learn(payout, evidence, Sample.Policy, mine) is { } change)
                    Check(illegal, payout, evidence, change);
        }
        Assert.That(illegal.Distinct().Take(20), Is.Empty);
    }

    [Test]
    public void Nothing_is_intended_by_who_does_not_hold_the_payout() =>
        Assert.That(
            from payout in Payouts()
            from evidence in Evidences(payout)
            let change = Decision.Learn(payout, evidence, Sample.Policy, mine: false)
            where change?.Intent is not null
            select $"{payout.State} {evidence}",
            Is.Empty
        );

    [Test]
    public void Nothing_that_could_pay_is_intended_under_a_stop_a_cancel_or_a_hold() =>
        Assert.That(
            from payout in Payouts()
            where payout.Stopped || payout.CancelAsked || payout.HoldAsked
            from change in Changes(payout)
            where change.Intent is { } step && step.IsStoppable()
            select $"{payout.State} {change.Intent}",
            Is.Empty
        );

    [Test]
    public void Final_states_are_left_only_for_paid_and_returned() =>
        Assert.That(
            from payout in Payouts()
            where payout.State.IsFinal()
            from change in Changes(payout)
            where change.To != payout.State && change.To is not (PayoutState.Paid or PayoutState.Returned)
            select $"{payout.State} to {change.To}",
            Is.Empty
        );

    [Test]
    public void The_database_has_the_same_table_of_moves()
    {
        var sql = File.ReadAllText(
            Path.Combine(TestContext.CurrentContext.TestDirectory, "0004_insert_reference_data.sql")
        );
        var moves = sql[..sql.IndexOf("bank_error", StringComparison.Ordinal)];
        var inSql = Pair()
            .Matches(moves)
            .Select(m => (PayoutStates.Parse(m.Groups[1].Value), PayoutStates.Parse(m.Groups[2].Value)));
        var open = Transitions.All.Where(move => !move.From.IsFinal() && !move.To.IsFinal());
        Assert.That(inSql, Is.EquivalentTo(open));
    }

    private static void Check(List<string> illegal, Payout payout, Evidence? by, Change change)
    {
        if (!Transitions.Allows(payout.State, change.To))
            illegal.Add($"{payout.State} to {change.To} by {by}");
        // What is written must be readable as a state of the table: held knows from where and why.
        var after = payout.After(change);
        if (after.State == PayoutState.Held != (after.HeldFrom is not null && after.HeldKind is not null))
            illegal.Add($"{payout.State} to {change.To} by {by}: held without from or kind");
        if (change.Intent is not null && after.Session is null)
            illegal.Add($"{payout.State} to {change.To} by {by}: an intent without a session");
    }

    private static IEnumerable<Change> Changes(Payout payout)
    {
        if (!payout.State.IsFinal() && Decision.Next(payout, Sample.Policy) is Act.Write { Change: var next })
            yield return next;
        foreach (var evidence in Evidences(payout))
            if (Decision.Learn(payout, evidence, Sample.Policy, mine: true) is { } change)
                yield return change;
    }

    private static IEnumerable<Payout> Payouts() =>
        from state in Enum.GetValues<PayoutState>()
        from order in new[]
        {
            Sample.AccountOrder,
            Sample.AccountOrder with
            {
                Flow = Flow.SingleRequest,
            },
            Sample.CardOrder,
        }
        where state != PayoutState.Creating || order.Flow == Flow.TwoStep
        from flag in new[] { "", "cancel", "hold", "stop" }
        from longAgo in new[] { false, true }
        from sends in new[] { 1, 20 }
        from refused in new[] { null, "account_not_found", "insufficient_funds" }
        from held in state == PayoutState.Held ? HeldForms : [(null, null)]
        let ago = TimeSpan.FromHours(longAgo ? 9 : 0) + TimeSpan.FromSeconds(1)
        let payout = Sample.Payout(held.From ?? state, order, sends, ago)
        select payout with
        {
            State = state,
            HeldFrom = held.From,
            HeldKind = held.Kind,
            StateSince = Sample.Now - ago,
            CancelAsked = flag == "cancel",
            HoldAsked = flag == "hold",
            Stopped = flag == "stop",
            Call = payout.Call is null ? null : payout.Call with { RefusedCode = refused },
        };

    private static readonly (PayoutState? From, HoldKind? Kind)[] HeldForms =
    [
        .. from state in Enum.GetValues<PayoutState>()
        where !state.IsFinal() && state != PayoutState.Held
        from kind in Enum.GetValues<HoldKind>()
        select ((PayoutState?)state, (HoldKind?)kind),
    ];

    private static IEnumerable<Evidence> Evidences(Payout payout)
    {
        var n = payout.Session?.N ?? 1;
        foreach (var view in Views)
        {
            yield return new Evidence.Seen(n, view, null, "webhook 1");
            yield return new Evidence.Seen(n, view, TimeSpan.Zero, "status");
            yield return new Evidence.Seen(n + 1, view, TimeSpan.Zero, "status");
        }
        yield return new Evidence.Unheard(new BankAnswer.Unknown("x"));
        foreach (var step in Enum.GetValues<Step>())
        foreach (var answer in Answers)
            yield return new Evidence.Answered(step, n, answer);
    }

    private static readonly SessionView[] Views =
    [
        .. from status in Enum.GetValues<SessionStatus>()
        from payout in new PayoutStatus?[]
        {
            null,
            PayoutStatus.InProgress,
            PayoutStatus.Pending,
            PayoutStatus.Succeeded,
            PayoutStatus.Failed,
        }
        from awaits in new[] { false, true }
        from copies in payout is null ? [1] : new[] { 1, 2 }
        from code in new[] { null, "confirm_timeout", "session_cancelled_by_partner" }
        select Sample.View(status, payout, awaits, code, awaits ? Sample.ConfirmInformation : null, copies: copies),
    ];

    private static readonly BankAnswer[] Answers =
    [
        new BankAnswer.Accepted(Sample.Working),
        new BankAnswer.Accepted(Sample.AwaitsConfirm),
        new BankAnswer.Accepted(Sample.Paid),
        new BankAnswer.Accepted(Sample.Working with { Id = "ps_other" }),
        new BankAnswer.NotSent("x"),
        new BankAnswer.Unknown("x"),
        .. Sample
            .Policy.ErrorCodes.Keys.Append("other")
            .Select(code => new BankAnswer.Refused(new BankError(code, null))),
    ];

    [GeneratedRegex(@"\('(\w+)', '(\w+)'\)")]
    private static partial Regex Pair();
}
