using PayoutWorker.Lab.Simulation.Engine;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.Lab.Simulation.Model;

/// <summary>
/// The database in memory, with the meaning of the statements in Store/Sql and of the functions in sql/migrations.
/// Every operation is one transaction; delays, lost commits and crashes are put around it by whoever calls.
/// </summary>
internal partial class ModelStore(World world, IStoreWatch watch, TimeSpan firstReturnWatch)
{
    // As in PostgresStore: claims without a result after which a payout is claimed alone.
    private const int Suspicious = 5;

    private readonly List<ModelRow> _rows = [];
    private readonly Dictionary<string, ModelRow> _byRef = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (ModelRow Row, int N)> _bySession = new(StringComparer.Ordinal);

    /// <summary>Counts commits that wrote something.</summary>
    public long Commits { get; private set; }
    public IReadOnlyList<ModelRow> Rows => _rows;

    /// <summary>Told of every commit that changed a payout, also of those that the worker never hears of.</summary>
    public Action<Written> Committed { get; set; } = _ => { };

    public ModelRow? ByKey(string idempotencyKey) =>
        _byRef.GetValueOrDefault(idempotencyKey[..Math.Max(0, idempotencyKey.IndexOf(':', StringComparison.Ordinal))]);

    public ModelRow? BySession(string sessionId) => _bySession.TryGetValue(sessionId, out var found) ? found.Row : null;

    public DateTimeOffset? NextDue
    {
        get
        {
            DateTimeOffset? next = null;
            foreach (var row in _rows)
                if (row.IsOpen && (next is null || row.DueAt < next))
                    next = row.DueAt;
            return next;
        }
    }

    public bool HasSuspects => _rows.Exists(row => row.IsOpen && row.Claims >= Suspicious);

    public DateTimeOffset? NextReturn
    {
        get
        {
            DateTimeOffset? next = null;
            foreach (var row in _rows)
                if (row.NextReturn is { } due && (next is null || due < next))
                    next = due;
            return next;
        }
    }

    /// <param name="bankRef">The reference that the bank sees; null for one made of the row's number.</param>
    public ModelRow Insert(Order order, string? bankRef = null, int priority = 0, TimeSpan notBefore = default)
    {
        var id = _rows.Count + 1;
        var row = new ModelRow(id, order, bankRef ?? $"ref{id:0000}", world.Now)
        {
            Priority = priority,
            DueAt = world.Now + notBefore,
        };
        _rows.Add(row);
        _byRef.Add(row.BankRef, row);
        Commits++;
        return row;
    }

    public Written Write(string owner, long payoutId, Func<Payout, Change?> decide)
    {
        var row = _rows[(int)payoutId - 1];
        if (_lost.Contains(row))
            return new Written(null, null, null);
        var before = Read(row);
        if (decide(before) is not { } change)
            return new Written(null, before, before);
        if (!Transitions.Allows(before.State, change.To))
        {
            var text = $"payout {payoutId} cannot go from {before.State.Text()} to {change.To.Text()}";
            watch.Fail("J7", text + $" ({change.Why})");
            throw new InvalidOperationException(text);
        }
        var after = before.After(change);
        Apply(row, owner, before, change, after);
        return new Written(change, before, after);
    }

    public IReadOnlyList<Payout> TakeReturns(int limit, TimeSpan lease)
    {
        List<Payout> taken = [];
        var due = _rows.Where(row => row.NextReturn <= world.Now).OrderBy(row => row.NextReturn).Take(limit).ToArray();
        foreach (var row in due)
        {
            row.NextReturn = world.Now + lease;
            taken.Add(Read(row));
        }
        Commits++;
        return taken;
    }

    public int ReturnsAsked(IReadOnlyList<long> ids, IReadOnlyList<TimeSpan> intervals)
    {
        foreach (var row in ids.Select(id => _rows[(int)id - 1]).Where(row => row.NextReturn is not null))
        {
            row.ReturnsAsked++;
            row.NextReturn = row.ReturnsAsked >= intervals.Count ? null : row.PaidAt + intervals[row.ReturnsAsked];
        }
        Commits++;
        return ids.Count;
    }

    public Payout Read(ModelRow row) => row.Read(world.Now, IsStopped(row.Project, row.Order), Gaps);

    private void Apply(ModelRow row, string owner, Payout before, Change change, Payout after)
    {
        CheckSessions(row, change);
        CheckResult(row, change, before, after);
        Commits++;
        if (!before.State.IsFinal())
            WriteWork(row, change, after);
        WriteSession(row, before, change);
        WriteCalls(row, owner, before, change, after);
        WriteResult(row, before, change, after);
        if (change.Why is not null)
            row.Events.Add(new ModelEvent(world.Now, owner, before.State, after.State, change.Why, change.Evidence));
        if (change.StopProject is not null && after.Project is { } project)
        {
            Stop("project", project);
            watch.ProjectStopped(project);
        }
        if (world.Tracing)
            world.Note(
                $"{owner} commit {Commits}: {row.BankRef} {before.State.Text()} -> {after.State.Text()} "
                    + $"f{after.Fence} due +{change.DueIn} intent {change.Intent?.Text() ?? "-"} {change.Why} "
                    + $"[{change.Evidence}] {change.Outcome?.Word}"
            );
        watch.Written(row, owner, before, change, after);
        Compare(row, after);
        Committed(new Written(change, before, after));
    }

    private void WriteWork(ModelRow row, Change change, Payout after)
    {
        if (after.State != row.State)
            row.StateSince = world.Now;
        row.State = after.State;
        if (after.State.IsFinal())
        {
            row.IsOpen = false;
            row.HeldFrom = null;
            row.HeldKind = null;
            return;
        }
        if (change.DueIn is { } due)
            row.DueAt = world.Now + due;
        row.Fence = after.Fence;
        row.Hold = after.HoldAsked;
        row.HeldFrom = after.HeldFrom;
        row.HeldKind = after.HeldKind;
        row.SessionN = after.Session?.N ?? 0;
        row.Claims = after.Claims;
        row.Polls = after.Polls;
        row.HeardAt = after.HeardAt;
    }

    private void WriteSession(ModelRow row, Payout before, Change change)
    {
        if (change.Session is not { } session)
            return;
        if (row.Sessions.TryGetValue(session.N, out var old))
            session = session with
            {
                BankId = old.BankId ?? session.BankId,
                Use = old.Use >= SessionUse.Dead && session.Use != SessionUse.Paid ? old.Use : session.Use,
                ConfirmInformation = old.ConfirmInformation ?? session.ConfirmInformation,
                Echo = old.Echo ?? session.Echo,
            };
        row.Sessions[session.N] = session;
        row.SessionsOpenedAt.TryAdd(session.N, world.Now);
        if (session.BankId is null)
            return;
        _bySession[session.BankId] = (row, session.N);
        // As shown, not as kept: the product does not read what stands there.
        if (change.Session.BankId is { } shown && shown != before.Session?.BankId)
            WakeOrphans(shown);
    }

    private void WriteCalls(ModelRow row, string owner, Payout before, Change change, Payout after)
    {
        if (
            change.Outcome is { } outcome
            && row.Calls.TryGetValue((outcome.SessionN, outcome.Step), out var answered)
            // What stands there when a payout has ended is sealed.
            && !(before.State.IsFinal() && answered.Outcome is not null)
        )
        {
            if (outcome.Word == "not sent" && answered.Outcome is null)
                answered.Sends--;
            answered.Outcome = outcome.Word;
            answered.Code = outcome.Code;
            answered.Text = outcome.Text;
            answered.BodyHash ??= outcome.BodyHash;
        }
        if (change.Intent is { } step)
            Intend(row, owner, after, step, change.BodyHash);
    }

    private void Intend(ModelRow row, string owner, Payout after, Step step, byte[]? hash)
    {
        var n = after.Session!.N;
        if (row.Calls.TryGetValue((n, step), out var call))
        {
            watch.Resending(row, call);
            call.Sends++;
            call.Outcome = call.Code = call.Text = null;
        }
        else
            row.Calls[(n, step)] = call = new ModelCall(step, n, after.IdempotencyKey(step)) { BodyHash = hash };
        call.LastSentAt = world.Now;
        call.IntendedBy = owner;
        call.IntendedIn = Commits;
        call.IsUsed = false;
    }

    private void WriteResult(ModelRow row, Payout before, Change change, Payout after)
    {
        var final = after.State.IsFinal();
        if (change.Result is not null || (before.State == PayoutState.Held && after.State != PayoutState.Held))
        {
            var result = change.Result ?? new Result();
            // What is final and stays so, as when a part comes back, keeps its day.
            if (!final || row.Shown != after.State)
                row.FinishedAt = final ? world.Now : null;
            row.Shown = final || after.State == PayoutState.Held ? after.State : null;
            row.Result = result with
            {
                SessionId = result.SessionId ?? row.Result.SessionId,
                PayoutId = result.PayoutId ?? row.Result.PayoutId,
            };
            row.ResultProject ??= after.Project;
            if (final)
            {
                row.State = after.State;
                row.Order = row.Order with { SealedCard = null };
            }
        }
        if (after.State != PayoutState.Paid || before.State == PayoutState.Paid || row.Order.Method != Method.Account)
            return;
        row.NextReturn ??= world.Now + firstReturnWatch;
        row.PaidAt = world.Now;
    }
}
