using PayoutWorker.Payouts;

namespace PayoutWorker.Lab.Simulation.Model;

// A backup that is restored, and open_gap and release_gap of 0003_create_requests.sql.
internal partial class ModelStore
{
    private readonly HashSet<ModelRow> _lost = [];

    public ModelGaps Gaps { get; private set; } = ModelGaps.None;

    /// <summary>Raised by a restore: whoever was connected before is so no more.</summary>
    public int Incarnation { get; private set; }

    public ModelBackup BackUp() =>
        new(
            world.Now,
            [.. _rows.Select(row => row.Copy())],
            [.. _hashes],
            [.. _unapplied.Select(webhook => webhook.Copy())],
            _webhooks,
            [.. _stops]
        );

    /// <summary>
    /// The database is what it was when the backup was made, and whoever connects next sees that and opens a gap.
    /// </summary>
    /// <returns>Orders that were inserted since: the database does not know them any more.</returns>
    public IReadOnlyList<ModelRow> Restore(ModelBackup backup)
    {
        Incarnation++;
        Commits++;
        foreach (var (row, saved) in _rows.Zip(backup.Rows))
            row.Restore(saved);
        ModelRow[] lost = [.. _rows.Skip(backup.Rows.Count)];
        foreach (var row in lost)
        {
            _lost.Add(row);
            row.IsOpen = false;
        }
        _bySession.Clear();
        foreach (var row in _rows.Except(lost))
        foreach (var session in row.Sessions.Values.Where(session => session.BankId is not null))
            _bySession[session.BankId!] = (row, session.N);
        _hashes.Clear();
        _hashes.UnionWith(backup.Hashes);
        _unapplied.Clear();
        _unapplied.AddRange(backup.Unapplied.Select(webhook => webhook.Copy()));
        _webhooks = backup.Webhooks;
        _stops.Clear();
        _stops.UnionWith(backup.Stops);
        OpenGap();
        return lost;
    }

    /// <summary>The ERP inserts an order anew that the database has lost.</summary>
    public void InsertAgain(ModelRow row)
    {
        row.Restore(new ModelRow(row.Id, row.Ordered, row.BankRef, world.Now) { Priority = row.Priority });
        _lost.Remove(row);
        Commits++;
    }

    /// <param name="unasked">Two people decide without the sessions that the bank does not show.</param>
    /// <returns>Released; false while a payout whose session is known was not asked about since.</returns>
    public bool ReleaseGap(bool unasked)
    {
        if (Gaps.OpenedAt is not { } opened)
            return false;
        var waits = _rows.Any(row =>
            row is { IsOpen: true, Newest: { BankId: not null, Use: not SessionUse.Dead } }
            && row.State != PayoutState.New
            && !(row.HeardAt >= opened)
        );
        if (waits && !unasked)
            return false;
        Gaps = Gaps with { OpenedAt = null };
        Commits++;
        foreach (var row in _rows)
            if (
                row.IsOpen
                && row.State is PayoutState.New or PayoutState.Creating or PayoutState.Created or PayoutState.Ready
            )
                row.DueAt = Earlier(row.DueAt, world.Now);
        return true;
    }

    private void OpenGap()
    {
        Gaps = new ModelGaps(world.Now, world.Now);
        foreach (var row in _rows)
        {
            if (!row.IsOpen || row.State == PayoutState.New)
                continue;
            (row.DueAt, row.HeardAt) = (world.Now, null);
            row.Fence++;
            watch.Released(row);
            if (
                row.State != PayoutState.Creating
                || !row.Calls.TryGetValue((row.SessionN, Step.Create), out var call)
                || call.Outcome is not null
            )
                continue;
            (row.State, row.StateSince) = (PayoutState.New, world.Now);
            const string why = "the database went back in time: create is met again";
            row.Events.Add(new ModelEvent(world.Now, "worker", PayoutState.Creating, row.State, why, null));
        }
    }
}

/// <summary>All tables at one moment.</summary>
internal sealed record ModelBackup(
    DateTimeOffset MadeAt,
    IReadOnlyList<ModelRow> Rows,
    IReadOnlyList<string> Hashes,
    IReadOnlyList<ModelWebhook> Unapplied,
    long Webhooks,
    IReadOnlyList<(string Scope, string Value)> Stops
);
