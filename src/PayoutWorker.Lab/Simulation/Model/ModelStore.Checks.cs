using PayoutWorker.Payouts;

namespace PayoutWorker.Lab.Simulation.Model;

// The indexes and triggers that defend the tables, and one check that only a model can make.
internal partial class ModelStore
{
    // What the writer goes on with must be what the next reader reads. Its last call it keeps for longer: harmless,
    // since every write decides on what it reads under the lock.
    private void Compare(ModelRow row, Payout after)
    {
        var read = Read(row);
        var same =
            read.State == after.State
            && read.Session == after.Session
            && read.HeldFrom == after.HeldFrom
            && read.HeldKind == after.HeldKind
            && read.Project == after.Project
            && read.Reason == after.Reason
            && read.ReturnedAmount == after.ReturnedAmount
            && read.ConfirmIntended == after.ConfirmIntended
            && (
                after.State.IsFinal()
                || (
                    read.Fence == after.Fence
                    && read.HoldAsked == after.HoldAsked
                    && read.HeardAt == after.HeardAt
                    && read.Claims == after.Claims
                    && read.Polls == after.Polls
                )
            );
        if (!same)
            watch.Fail("after", $"{row.BankRef}: goes on as {after}, and the database says {read}");
    }

    // The unique indexes of bank_session.
    private void CheckSessions(ModelRow row, Change change)
    {
        if (change.Session is not { } session)
            return;
        if (
            session.Use == SessionUse.Armed
            && row.Sessions.Values.Any(other => other.Use == SessionUse.Armed && other.N != session.N)
        )
            Refuse($"{row.BankRef}: a second session would be armed");
        if (
            session.BankId is { } id
            && _bySession.TryGetValue(id, out var owner)
            && (owner.Row != row || owner.N != session.N)
        )
            Refuse($"{row.BankRef}: session {id} belongs to {owner.Row.BankRef}");
    }

    // The trigger result_is_legal.
    private void CheckResult(ModelRow row, Change change, Payout before, Payout after)
    {
        if (
            row.Shown is not { } old
            || old == PayoutState.Held
            || (change.Result is null && before.State == after.State)
        )
            return;
        if (old != after.State && !Transitions.Allows(old, after.State))
            Refuse($"{row.BankRef}: result cannot go from {old.Text()} to {after.State.Text()}");
    }

    private void Refuse(string text)
    {
        watch.Fail("constraint", text);
        throw new InvalidOperationException(text);
    }
}
