using PayoutWorker.Payouts;
using PayoutWorker.Projects;
using PayoutWorker.Store;

namespace PayoutWorker.Lab.Simulation.Model;

// claim_due.sql.
internal partial class ModelStore
{
    public IReadOnlyList<Claimed> Claim(string owner, ClaimOrder order)
    {
        var (least, most) = order.Suspects ? (Suspicious, short.MaxValue) : (0, Suspicious - 1);
        List<(ModelRow Row, string? Project)> taken = [];
        var shares = Shares.Of(order);
        for (var i = 0; i < shares.States.Length; i++)
        {
            var state = PayoutStates.Parse(shares.States[i]);
            taken.AddRange(
                _rows
                    .Where(row =>
                        row.IsOpen && row.State == state && IsDue(row, order, least, most) && MayGoOn(row, order)
                    )
                    .OrderBy(row => row.DueAt)
                    .Take(shares.Counts[i])
                    .Select(row => (row, row.Project))
            );
        }
        var slots = order.QuestionsOnly ? 0 : order.Slots;
        taken.AddRange(Fresh(order, least, most).Take(Math.Max(slots - taken.Count, shares.NewMin)));
        if (taken.Count == 0)
            return [];
        taken = [.. taken.Take(order.Suspects ? order.Slots : order.Most)];
        Commits++;
        return [.. taken.Select(one => Take(one.Row, one.Project, owner, order.Lease))];
    }

    /// <summary>Raised so that whoever held the payout before can intend nothing any more.</summary>
    protected virtual long FenceOfClaim(long fence) => fence + 1;

    private IEnumerable<(ModelRow Row, string? Project)> Fresh(ClaimOrder order, int least, int most)
    {
        var full = _rows
            .Where(row => row.IsOpen && row.Project is not null && IsInProgress(row.State))
            .GroupBy(row => row.Project!)
            .Where(project => project.Count() >= order.InProgressMax)
            .Select(project => project.Key)
            .ToHashSet();
        return _rows
            .Where(row => row is { IsOpen: true, State: PayoutState.New } && IsDue(row, order, least, most))
            .Select(row => (Row: row, Project: row.Project ?? Route(row.Order, order.Routes)))
            .Where(one => one.Row.Cancel || one.Row.Hold || !IsStopped(one.Project, one.Row.Order))
            .Where(one => one.Project is null || !order.PausedProjects.Contains(one.Project))
            .Where(one => one.Project is null || !full.Contains(one.Project))
            .OrderByDescending(one => one.Row.Priority)
            .ThenBy(one => one.Row.DueAt)
            .ThenBy(one => one.Row.Id);
    }

    private Claimed Take(ModelRow row, string? project, string owner, TimeSpan lease)
    {
        var found = row.State;
        row.Fence = FenceOfClaim(row.Fence);
        row.Claims++;
        row.DueAt = world.Now + lease;
        row.Project ??= project;
        if (
            found == PayoutState.New
            && row.Order.Flow == Flow.TwoStep
            && project is not null
            && !row.Cancel
            && !row.Hold
            && row.Sessions.GetValueOrDefault(row.SessionN) is not { Use: SessionUse.Empty, BankId: not null }
        )
        {
            row.State = PayoutState.Creating;
            row.StateSince = world.Now;
            // The same key again until the bank is known to know it.
            var unused =
                row.Calls.TryGetValue((row.SessionN, Step.Create), out var last)
                && row.Sessions[row.SessionN] is { Use: SessionUse.Empty }
                && last is not { Outcome: "refused", Code: "idempotency_key_already_exists" };
            row.SessionN += unused ? 0 : 1;
            row.Sessions.TryAdd(row.SessionN, new BankSession(row.SessionN, null, SessionUse.Empty, null, null));
            row.SessionsOpenedAt.TryAdd(row.SessionN, world.Now);
            row.Events.Add(new ModelEvent(world.Now, owner, found, row.State, "create intended", null));
            Intend(row, owner, Read(row), Step.Create, null);
        }
        if (world.Tracing)
            world.Note($"{owner} claims {row.BankRef} {found.Text()} f{row.Fence} claims {row.Claims}");
        var payout = Read(row);
        watch.Claimed(row, owner, payout, found);
        return new Claimed(payout, found);
    }

    private bool IsDue(ModelRow row, ClaimOrder order, int least, int most) =>
        row.DueAt <= world.Now - order.Overdue && row.Claims >= least && row.Claims <= most;

    private bool MayGoOn(ModelRow row, ClaimOrder order) =>
        (
            row.State is not (PayoutState.Creating or PayoutState.Created or PayoutState.Ready)
            || row.Cancel
            || row.Hold
            || !IsStopped(row.Project, row.Order)
            || row.State is PayoutState.Created or PayoutState.Ready && Gaps.OpenedAt is not null
        ) && (row.Project is null || !order.PausedProjects.Contains(row.Project));

    private static bool IsInProgress(PayoutState state) =>
        state
            is PayoutState.Creating
                or PayoutState.Created
                or PayoutState.Starting
                or PayoutState.Initiating
                or PayoutState.Started
                or PayoutState.Ready
                or PayoutState.Confirming;

    private static string? Route(Order order, IReadOnlyList<Route> routes) =>
        routes
            .Where(route => route.Method == order.Method)
            .Where(route => route.SenderAccount is null || route.SenderAccount == order.SenderAccount)
            .OrderByDescending(route => route.SenderAccount ?? "", StringComparer.Ordinal)
            .FirstOrDefault()
            ?.Project;
}
