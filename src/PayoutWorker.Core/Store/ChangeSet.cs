using PayoutWorker.AtRest;
using PayoutWorker.Decisions;
using PayoutWorker.Payouts;

namespace PayoutWorker.Store;

/// <summary>Many changes as the parameters of few statements, each of which writes its part of all of them.</summary>
/// <param name="unwatched">Sender accounts whose returns the bank's statements show: nobody asks about them.</param>
internal sealed class ChangeSet(string owner, TimeSpan firstReturnWatch, IReadOnlySet<string>? unwatched = null)
{
    private readonly List<(Payout Before, Change Change, Payout After)> _changes = [];

    /// <exception cref="InvalidOperationException">The move is not legal: a fault of ours, written nowhere.</exception>
    public Payout Add(Payout before, Change change)
    {
        if (!Transitions.Allows(before.State, change.To))
            throw new InvalidOperationException(
                $"payout {before.Id} cannot go from {before.State.Text()} to {change.To.Text()}"
            );
        var after = before.After(change);
        _changes.Add((before, change, after));
        return after;
    }

    /// <summary>Adds the statements that have something to write.</summary>
    /// <param name="sealer">Seals what the bank showed of people.</param>
    public void AddTo(Trip trip, Sealer sealer)
    {
        Work(trip);
        Sessions(trip, sealer);
        Calls(trip);
        Results(trip);
        Notes(trip);
    }

    private void Work(Trip trip)
    {
        var open = _changes.Where(c => !c.Before.State.IsFinal() && !c.After.State.IsFinal()).ToArray();
        if (open.Length > 0)
        {
            trip.Add(
                "write_work",
                ("owner", owner),
                ("work_ids", open.Select(c => c.After.Id).ToArray()),
                ("states", open.Select(c => c.After.State.Text()).ToArray()),
                ("due_ins", open.Select(c => c.Change.DueIn).ToArray()),
                ("fences", open.Select(c => c.After.Fence).ToArray()),
                ("holds", open.Select(c => c.After.HoldAsked).ToArray()),
                ("held_froms", open.Select(c => c.After.HeldFrom?.Text()).ToArray()),
                ("held_kinds", open.Select(c => c.After.HeldKind is { } kind ? DbText.Text(kind) : null).ToArray()),
                ("session_ns", open.Select(c => (short)(c.After.Session?.N ?? 0)).ToArray()),
                ("claims", open.Select(c => (short)c.After.Claims).ToArray()),
                ("takes", open.Select(c => c.Change.Takes).ToArray()),
                ("heards", open.Select(c => c.Change.Heard).ToArray()),
                ("polls", open.Select(c => (short)Math.Min(c.After.Polls, short.MaxValue)).ToArray())
            );
        }
    }

    private void Sessions(Trip trip, Sealer sealer)
    {
        var sessions = _changes
            .Where(c => c.Change.Session is not null)
            .ToLookup(c => IsCurrent(c.Before, c.Change.Session!));
        if (!sessions.Contains(true) && !sessions.Contains(false))
            return;
        if (sessions.Contains(true))
            Write(trip, "write_sessions", "session", [.. sessions[true]]);
        // Before a second session may be armed the first must be written dead, so what may be new comes last.
        if (sessions.Contains(false))
            Write(trip, "open_sessions", "opened", [.. sessions[false]]);
        var known = _changes
            .Where(c => c.Change.Session?.BankId is { } id && c.Before.Session?.BankId != id)
            .Select(c => c.Change.Session!.BankId!)
            .Distinct()
            .ToArray();
        if (known.Length > 0)
            trip.Add("wake_orphans", ("known_sessions", known));

        // It was read under the lock, so its row is there; of any other that is not known.
        static bool IsCurrent(Payout before, BankSession session) => session.N == before.Session?.N;

        void Write(Trip trip, string statement, string prefix, (Payout Before, Change Change, Payout After)[] sessions)
        {
            trip.Add(
                statement,
                (prefix + "_payouts", sessions.Select(c => c.After.Id).ToArray()),
                (prefix + "_numbers", sessions.Select(c => (short)c.Change.Session!.N).ToArray()),
                (prefix + "_ids", sessions.Select(c => c.Change.Session!.BankId).ToArray()),
                (prefix + "_bank_payouts", sessions.Select(c => Echo.FromText(NewEcho(c))?.PayoutId).ToArray()),
                (prefix + "_states", sessions.Select(c => DbText.Text(c.Change.Session!.Use)).ToArray()),
                (prefix + "_evidences", sessions.Select(c => c.Change.SessionEvidence).ToArray()),
                (
                    prefix + "_confirms",
                    sessions
                        .Select(c => sealer.SealText(NewConfirm(c), Identity.Confirm(c.After.Id, c.Change.Session!.N)))
                        .ToArray()
                ),
                (
                    prefix + "_echoes",
                    sessions
                        .Select(c => sealer.SealText(NewEcho(c), Identity.Echo(c.After.Id, c.Change.Session!.N)))
                        .ToArray()
                )
            );
        }

        // What stands there stays, and so it does where it is unreadable here: it is not sealed and sent once more.
        static string? NewConfirm((Payout Before, Change Change, Payout After) c) =>
            Pinned(c)?.ConfirmInformation is null ? c.Change.Session!.ConfirmInformation : null;

        static string? NewEcho((Payout Before, Change Change, Payout After) c) =>
            Pinned(c)?.Echo is null ? c.Change.Session!.Echo : null;

        static BankSession? Pinned((Payout Before, Change Change, Payout After) c) =>
            c.Before.Session is { } session && session.N == c.Change.Session!.N ? session : null;
    }

    private void Calls(Trip trip)
    {
        var outcomes = _changes.Where(c => c.Change.Outcome is not null).ToArray();
        if (outcomes.Length > 0)
        {
            trip.Add(
                "write_outcomes",
                ("outcome_payouts", outcomes.Select(c => c.After.Id).ToArray()),
                ("outcome_sessions", outcomes.Select(c => (short)c.Change.Outcome!.SessionN).ToArray()),
                ("outcome_steps", outcomes.Select(c => c.Change.Outcome!.Step.Text()).ToArray()),
                ("outcomes", outcomes.Select(c => c.Change.Outcome!.Word).ToArray()),
                ("outcome_statuses", outcomes.Select(c => (short?)c.Change.Outcome!.Answer.HttpStatus).ToArray()),
                ("outcome_codes", outcomes.Select(c => c.Change.Outcome!.Code).ToArray()),
                ("outcome_texts", outcomes.Select(c => c.Change.Outcome!.Text).ToArray()),
                (
                    "outcome_durations",
                    outcomes.Select(c => (int)c.Change.Outcome!.Answer.Duration.TotalMilliseconds).ToArray()
                ),
                ("outcome_hashes", outcomes.Select(c => c.Change.Outcome!.BodyHash).ToArray()),
                ("outcome_lates", outcomes.Select(c => c.Before.State.IsFinal()).ToArray())
            );
        }
        var intents = _changes.Where(c => c.Change.Intent is not null).ToArray();
        if (intents.Length > 0)
        {
            trip.Add(
                "write_intents",
                ("owner", owner),
                ("intent_payouts", intents.Select(c => c.After.Id).ToArray()),
                ("intent_sessions", intents.Select(c => (short)c.After.Session!.N).ToArray()),
                ("intent_steps", intents.Select(c => c.Change.Intent!.Value.Text()).ToArray()),
                ("intent_keys", intents.Select(c => c.After.IdempotencyKey(c.Change.Intent!.Value)).ToArray()),
                ("intent_hashes", intents.Select(c => c.Change.BodyHash).ToArray())
            );
        }
    }

    private void Results(Trip trip)
    {
        // Leaving held clears what the ERP read while it was held.
        var results = _changes
            .Where(c =>
                c.Change.Result is not null
                || (c.Before.State == PayoutState.Held && c.After.State != PayoutState.Held)
                || IsDone(c)
                || IsWatched(c)
            )
            .Select(c => (c.After, Result: c.Change.Result ?? new Result(), IsDone: IsDone(c), IsWatched: IsWatched(c)))
            .ToArray();
        if (results.Length > 0)
        {
            trip.Add(
                "write_results",
                ("result_ids", results.Select(r => r.After.Id).ToArray()),
                ("result_states", results.Select(r => Shown(r.After.State)).ToArray()),
                ("result_projects", results.Select(r => r.After.Project).ToArray()),
                ("result_sessions", results.Select(r => r.Result.SessionId).ToArray()),
                ("result_payouts", results.Select(r => r.Result.PayoutId).ToArray()),
                ("result_codes", results.Select(r => r.Result.ErrorCode).ToArray()),
                ("result_texts", results.Select(r => r.Result.ErrorText).ToArray()),
                ("result_reasons", results.Select(r => r.Result.Reason).ToArray()),
                ("result_returned", results.Select(r => r.Result.ReturnedAmount).ToArray()),
                ("done_ids", results.Where(r => r.IsDone).Select(r => r.After.Id).ToArray()),
                ("watch_ins", results.Select(r => r.IsWatched ? firstReturnWatch : (TimeSpan?)null).ToArray())
            );
        }
    }

    // Its row of work goes, and with it all that is due.
    private static bool IsDone((Payout Before, Change Change, Payout After) c) =>
        !c.Before.State.IsFinal() && c.After.State.IsFinal();

    // Only money sent to accounts comes back; card payouts do not.
    private bool IsWatched((Payout Before, Change Change, Payout After) c) =>
        c.After.State == PayoutState.Paid
        && c.Before.State != PayoutState.Paid
        && c.After.Order.Method == Method.Account
        && (c.After.Order.SenderAccount is not { } sender || unwatched?.Contains(sender) != true);

    private void Notes(Trip trip)
    {
        var events = _changes.Where(c => c.Change.Why is not null).ToArray();
        if (events.Length > 0)
        {
            trip.Add(
                "write_events",
                ("owner", owner),
                ("event_payouts", events.Select(c => c.After.Id).ToArray()),
                ("event_froms", events.Select(c => c.Before.State.Text()).ToArray()),
                ("event_tos", events.Select(c => c.After.State.Text()).ToArray()),
                ("event_whys", events.Select(c => c.Change.Why!).ToArray()),
                ("event_evidences", events.Select(c => c.Change.Evidence).ToArray())
            );
        }
        Alarms.Raise(trip, [.. _changes.SelectMany(c => c.Change.Alarms.Select(alarm => ((long?)c.After.Id, alarm)))]);
        var stops = _changes.Where(c => c.Change.StopProject is not null && c.After.Project is not null).ToArray();
        if (stops.Length > 0)
        {
            trip.Add(
                "stop_projects",
                ("owner", owner),
                ("stop_projects", stops.Select(c => c.After.Project!).ToArray()),
                ("stop_reasons", stops.Select(c => c.Change.StopProject!).ToArray())
            );
        }
    }

    private static string? Shown(PayoutState state) =>
        state == PayoutState.Held || state.IsFinal() ? state.Text() : null;
}
