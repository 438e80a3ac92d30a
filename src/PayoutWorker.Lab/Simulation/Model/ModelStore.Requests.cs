using PayoutWorker.Payouts;

namespace PayoutWorker.Lab.Simulation.Model;

// The functions of 0003_create_requests.sql and is_stopped. A request that is refused returns false.
internal partial class ModelStore
{
    private readonly HashSet<(string Scope, string Value)> _stops = [];

    public bool HasStops => _stops.Count > 0;
    public IReadOnlyCollection<(string Scope, string Value)> Stops => _stops;

    public bool IsStopped(string? project, Order order) =>
        Gaps.OpenedAt is not null
        || _stops.Count > 0
            && (
                _stops.Contains(("all", ""))
                || (project is not null && _stops.Contains(("project", project)))
                || (order.SenderAccount is not null && _stops.Contains(("account", order.SenderAccount)))
                || _stops.Contains(("method", Store.DbText.Text(order.Method)))
            );

    public bool RequestCancel(ModelRow row)
    {
        if (!row.IsOpen || IsTooLate(row.State) || (row.HeldFrom is { } from && IsTooLate(from)))
            return false;
        if (row.HeldKind == HoldKind.OutcomeUnknown && row.Sessions.GetValueOrDefault(row.SessionN)?.BankId is null)
            return false;
        row.Cancel = true;
        Requested(row, row.State, "cancel asked");
        return true;
    }

    public bool RequestHold(ModelRow row)
    {
        if (!row.IsOpen || IsTooLate(row.State) || row.State is PayoutState.Initiating or PayoutState.Cancelling)
            return false;
        if (row.State == PayoutState.Held)
            return false;
        row.Hold = true;
        Requested(row, row.State, "hold asked");
        return true;
    }

    public bool RequestRelease(ModelRow row)
    {
        if (!row.IsOpen)
            return false;
        if (row.State != PayoutState.Held)
        {
            if (!row.Hold)
                return false;
            row.Hold = false;
            Requested(row, row.State, "released");
            return true;
        }
        if (row.HeldKind == HoldKind.Mismatch)
            return false;
        var to = row.HeldFrom!.Value;
        row.State = to;
        row.HeldFrom = null;
        row.HeldKind = null;
        row.Hold = false;
        row.StateSince = world.Now;
        row.DueAt = world.Now;
        row.Fence++;
        row.Claims = 0;
        row.Polls = 0;
        row.Shown = null;
        row.Result = row.Result with { Reason = null };
        Requested(row, PayoutState.Held, "released");
        watch.Released(row);
        return true;
    }

    /// <returns>The calls under way that it comes too late for.</returns>
    public int Stop(string scope, string value)
    {
        _stops.Add((scope, value));
        Commits++;
        if (world.Tracing)
            world.Note($"stop {scope} {value}");
        return _rows.Count(row =>
            row.IsOpen
            && row.State
                is PayoutState.Creating
                    or PayoutState.Starting
                    or PayoutState.Initiating
                    or PayoutState.Confirming
            && Covers(scope, value, row.Project, row.Order)
        );
    }

    /// <returns>There was such a stop.</returns>
    public bool Resume(string scope, string value)
    {
        var found = _stops.Remove((scope, value));
        Commits++;
        if (world.Tracing)
            world.Note($"resume {scope} {value}");
        foreach (var row in _rows)
            if (
                row.IsOpen
                && row.State is PayoutState.Creating or PayoutState.Created or PayoutState.Ready
                && row.Claims == 0
                && row.DueAt > world.Now
                && row.DueAt < world.Now + TimeSpan.FromMinutes(1)
            )
                row.DueAt = world.Now;
        return found;
    }

    public void ResumeAll()
    {
        foreach (var (scope, value) in _stops.OrderBy(stop => stop).ToArray())
            Resume(scope, value);
    }

    private static bool Covers(string scope, string value, string? project, Order order) =>
        scope switch
        {
            "all" => true,
            "project" => project == value,
            "account" => order.SenderAccount == value,
            _ => Store.DbText.Text(order.Method) == value,
        };

    private void Requested(ModelRow row, PayoutState from, string why)
    {
        row.DueAt = Earlier(row.DueAt, world.Now);
        row.Events.Add(new ModelEvent(world.Now, "operator", from, row.State, why, null));
        Commits++;
        if (world.Tracing)
            world.Note($"operator: {row.BankRef} {row.State.Text()} {why}");
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static bool IsTooLate(PayoutState state) => state is PayoutState.Confirming or PayoutState.Confirmed;
}
