using System.Security.Cryptography;
using PayoutWorker.Lab.Simulation.Actors;
using PayoutWorker.Lab.Simulation.Engine;
using PayoutWorker.Lab.Simulation.Model;
using PayoutWorker.Payouts;
using Sim = Bank131.Simulator;

namespace PayoutWorker.Lab.Simulation.Judging;

/// <summary>
/// Watches every commit and every call, and compares the end with the bank's own ledger. J1 to J9 are those of the
/// failure catalogue; "rule n" are the design's.
/// </summary>
internal sealed partial class Judge(World world, SeedPlan plan) : IStoreWatch
{
    private readonly Dictionary<string, ModelRow> _byPayee = new(StringComparer.Ordinal);
    private readonly Dictionary<long, OrderPlan> _plans = [];
    private readonly Dictionary<long, string?> _holders = [];
    private readonly HashSet<string> _confirmed = new(StringComparer.Ordinal);
    private readonly HashSet<long> _excused = [];
    private readonly HashSet<long> _tooLate = [];
    private readonly List<string> _failures = [];
    private TimeSpan? _restoredAt;

    public IReadOnlyList<string> Failures => _failures;

    /// <summary>Set once: who is judged, and by what.</summary>
    public ModelStore Model { get; set; } = null!;
    public BankSide Bank { get; set; } = null!;
    public Operator People { get; set; } = null!;

    public void Fail(string rule, string text)
    {
        // The first few say what went wrong; what follows from them does not.
        if (_failures.Count < 5 && !_failures.Contains($"{rule}: {text}"))
            _failures.Add($"{rule}: {text}");
        world.Note($"FAILURE {rule}: {text}");
    }

    public void Ordered(ModelRow row, OrderPlan order)
    {
        _byPayee[order.Payee] = row;
        _plans[row.Id] = order;
    }

    /// <summary>The bank did to this payout what only a person can put right: it may end held.</summary>
    public void Excuse(ModelRow row) => _excused.Add(row.Id);

    /// <summary>
    /// A call of it reaches the bank later than the quarantine allows for. A session thought empty may then hold a
    /// payout after all; that nothing is confirmed there, and so paid, holds all the same.
    /// </summary>
    public void ArrivesTooLate(ModelRow row) => _tooLate.Add(row.Id);

    /// <summary>The database has forgotten what was done since its backup: these may end held, for a person.</summary>
    public void Restored(IEnumerable<ModelRow> rows)
    {
        _restoredAt = TimeSpan.FromTicks(world.Ticks);
        foreach (var row in rows)
            _excused.Add(row.Id);
    }

    public ModelRow? RowOf(string payee) => _byPayee.GetValueOrDefault(payee);

    /// <summary>A person looks into it and lets it go on.</summary>
    public void ProjectStopped(string project) =>
        world.At(TimeSpan.FromMinutes(10), () => Model.Resume("project", project));

    public void Claimed(ModelRow row, string owner, Payout payout, PayoutState found)
    {
        _holders[row.Id] = owner;
        if (found == payout.State)
            return;
        if (Model.IsStopped(row.Project, row.Order))
            Fail("rule 10", $"{row.BankRef}: create was intended while a stop was in force");
        People.Notice(row);
    }

    /// <summary>The fence was raised by somebody who does not drive it.</summary>
    public void Released(ModelRow row) => _holders[row.Id] = null;

    public void Written(ModelRow row, string owner, Payout before, Change change, Payout after)
    {
        if (change.Takes && before.State == after.State)
            Fail("rule 4", $"{row.BankRef}: {owner} took it without raising the fence");
        if (change.Takes)
            _holders[row.Id] = owner;
        if (change.Intent is { } step)
            CheckIntent(row, owner, before, step);
        if (change.Alarms.Any(alarm => alarm.Kind == AlarmKind.ImpossibleMove))
            Fail("J7", $"{row.BankRef}: {change.Why}");
        if (before.State == after.State)
            return;
        if (_holders.GetValueOrDefault(row.Id) != owner)
            _holders[row.Id] = null;
        if (after.State is PayoutState.Failed or PayoutState.Cancelled or PayoutState.Rejected)
            CheckNotPaid(row, after);
        People.Notice(row);
    }

    /// <summary>A worker is about to send: J9, the send window, and what must be true at the bank by then.</summary>
    public void Sending(string worker, ModelRow? row, string path, ReadOnlyMemory<byte> body, string key)
    {
        var step = StepOf(key);
        if (world.Tracing)
            world.Note($"{worker} sends {key} {path}");
        // Its intent was committed, and is lost with the rest.
        if (TimeSpan.FromTicks(world.Ticks) - _restoredAt <= plan.Policy.Timings.SendWindow)
            return;
        if (row is null || Find(row, key) is not { } call)
        {
            Fail("J9", $"{key} was sent without an intent");
            return;
        }
        if (call.IsUsed)
            Fail("J9", $"{key} was sent twice for one intent");
        if (call.IntendedBy != worker)
            Fail("J9", $"{key} was sent by {worker}, but intended by {call.IntendedBy}");
        call.IsUsed = true;
        if (world.Now - call.LastSentAt > plan.Policy.Timings.SendWindow)
            Fail("rule 3", $"{key} was sent {world.Now - call.LastSentAt} after its intent");
        if (call.BodyHash is { } hash && step != Step.Init && !SHA256.HashData(body.Span).AsSpan().SequenceEqual(hash))
            Fail("J9", $"{key} was sent with another body than intended");
        if (step is Step.Start or Step.Init)
            CheckOnlyLiveSession(row, call);
        if (step == Step.Confirm)
            CheckConfirm(row, call);
    }

    private void CheckIntent(ModelRow row, string owner, Payout before, Step step)
    {
        if (_holders.GetValueOrDefault(row.Id) != owner)
            Fail("rule 4", $"{row.BankRef}: {owner} intended {step.Text()} and did not hold it");
        if (step == Step.Cancel)
            return;
        if (row.Cancel || row.Hold)
            Fail(
                "rule 9",
                $"{row.BankRef}: {step.Text()} was intended though {(row.Cancel ? "cancel" : "hold")} was asked"
            );
        if (Model.IsStopped(row.Project, row.Order))
            Fail("rule 10", $"{row.BankRef}: {step.Text()} was intended while a stop was in force");
        if (before.State.IsUnderWay() && before.State != PayoutState.Creating)
            Fail("rule 3", $"{row.BankRef}: {step.Text()} was intended from {before.State.Text()}");
    }

    /// <summary>Rule 7: the same call again only when the one before it will not arrive any more.</summary>
    public void Resending(ModelRow row, ModelCall call)
    {
        var mayArrive = call.Outcome is not ("not sent" or "refused") && call.Step != Step.Create;
        if (mayArrive && world.Now - call.LastSentAt < plan.Policy.Timings.Quarantine)
            Fail("rule 7", $"{row.BankRef}: {call.Key} again after {world.Now - call.LastSentAt}");
    }

    private static Step StepOf(string key) => Enum.Parse<Step>(key.Split(':')[1], ignoreCase: true);

    private static ModelCall? Find(ModelRow row, string key)
    {
        foreach (var call in row.Calls.Values)
            if (call.Key == key)
                return call;
        return null;
    }

    private IEnumerable<Sim.BankSession> SessionsOf(ModelRow row)
    {
        var payee = _plans[row.Id].Payee;
        return Bank.Machine.Sessions.Where(session => session.Payee == payee);
    }

    // Money can still leave through this session without our confirm, or with the one it had.
    private bool IsLive(ModelRow row, Sim.BankSession session) =>
        session.State is Sim.SessionState.InProgress or Sim.SessionState.Error
        || session.State is Sim.SessionState.Accepted && !MayComeBackToLife(row);

    // What the bank pays after it had called it dead, it may pay in the moment between that word and our next step.
    private bool MayComeBackToLife(ModelRow row) => _plans[row.Id].Script?.LateSuccessAfter is not null;

    // Rule 6. What else is armed must be proven dead before this one may be.
    private void CheckOnlyLiveSession(ModelRow row, ModelCall call)
    {
        if (_tooLate.Contains(row.Id) && row.Order.Flow == Flow.TwoStep)
            return;
        var current = row.Sessions[call.SessionN].BankId;
        // Where the bank will not start it any more, nothing can leave through it.
        if (Bank.Machine.Sessions.FirstOrDefault(one => one.Id == current) is { State: not Sim.SessionState.Created })
            return;
        foreach (var other in SessionsOf(row))
            if (other.Id != current && IsLive(row, other) && !IsForeign(row, other.Id))
                Fail("rule 6", $"{row.BankRef}: {call.Key} was sent while session {other.Id} is {other.State}");
    }

    // Opened by a second copy of an init, or by one that a restored database has forgotten and a person released: the
    // bank's keys are what keeps that one from being paid.
    private bool IsForeign(ModelRow row, string id) =>
        !row.Sessions.Values.Any(session => session.BankId == id)
        && row.Order.Flow == Flow.SingleRequest
        && (row.Sessions.Count == 1 || _excused.Contains(row.Id));

    private void CheckConfirm(ModelRow row, ModelCall call)
    {
        var id = row.Sessions[call.SessionN].BankId;
        if (id is null)
        {
            Fail("rule 8", $"{row.BankRef}: confirm of a session without an id");
            return;
        }
        _confirmed.Add(id);
        var order = _plans[row.Id];
        var payouts = Bank.Machine.Sessions.FirstOrDefault(session => session.Id == id)?.Payouts ?? [];
        if (order is { IsMismatch: true })
            Fail("rule 8", $"{row.BankRef}: confirm of a session that shows another payout");
        if (payouts.Count > 1 && order.Script?.SecondPayout == true)
            Fail("rule 8", $"{row.BankRef}: confirm of a session with {payouts.Count} payouts");
    }

    // J6 at once: what the ERP may pay again must not be payable at the bank.
    private void CheckNotPaid(ModelRow row, Payout after)
    {
        if (row.Sessions.Values.Any(session => session.Use == SessionUse.Paid))
            Fail("J6", $"{row.BankRef}: {after.State.Text()} though a session of it is known as paid");
        if (_tooLate.Contains(row.Id) && row.Order.Flow == Flow.TwoStep)
            return;
        foreach (var session in SessionsOf(row))
            if (IsLive(row, session))
                Fail(
                    "J6",
                    $"{row.BankRef}: {after.State.Text()} while session {session.Id} is {session.State} at the bank"
                );
    }
}
