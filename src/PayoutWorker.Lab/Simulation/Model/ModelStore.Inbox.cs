using Bank131.Webhooks;
using PayoutWorker.Decisions;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.Lab.Simulation.Model;

// insert_webhooks.sql, and PostgresInbox with its statements.
internal partial class ModelStore
{
    private readonly HashSet<string> _hashes = [];
    private readonly List<ModelWebhook> _unapplied = [];
    private IReadOnlyList<ModelWebhook> _beingApplied = [];
    private long _webhooks;

    public IReadOnlyList<ModelWebhook> Unapplied => _unapplied;

    /// <summary>How many different bodies were ever stored.</summary>
    public int WebhooksStored => _hashes.Count;

    public DateTimeOffset? NextWebhook
    {
        get
        {
            DateTimeOffset? next = null;
            foreach (var webhook in _unapplied)
                if (next is null || webhook.DueAt < next)
                    next = webhook.DueAt;
            return next;
        }
    }

    /// <summary>The payout of a webhook that is due; for the books of faults.</summary>
    public ModelRow? FirstOfInbox()
    {
        var first = _unapplied.Find(webhook => webhook.DueAt <= world.Now);
        return first is null ? null : OwnerOf(first.View)?.Row;
    }

    public void AddWebhook(RawWebhook webhook)
    {
        // A body that comes again takes a number all the same, as the table's sequence gives it one.
        _webhooks++;
        if (!_hashes.Add(Convert.ToBase64String(webhook.Sha256)))
            return;
        Commits++;
        _unapplied.Add(new ModelWebhook(_webhooks, webhook.Body, world.Now));
    }

    public InboxResult ApplyInbox(string owner, InboxOrder order)
    {
        var stored = _unapplied
            .Where(webhook => webhook.DueAt <= world.Now - order.Overdue)
            .OrderBy(webhook => webhook.DueAt)
            .ThenBy(webhook => webhook.Id)
            .Take(order.Limit)
            .ToArray();
        if (stored.Length == 0)
            return InboxResult.None;
        _beingApplied = stored;
        // Owners and payouts as they are when the set is taken.
        var owners = stored.Select(webhook => OwnerOf(webhook.View)).ToArray();
        var payouts = owners.OfType<Owner>().Select(one => one.Row).Distinct().ToDictionary(row => row.Id, Read);
        List<Written> written = [];
        for (var i = 0; i < stored.Length; i++)
        {
            var webhook = stored[i];
            try
            {
                if (owners[i] is not { } found)
                    PutOff(webhook, order);
                else if (ApplyOne(owner, webhook, found, payouts, order) is { } one)
                    written.Add(one);
                webhook.SessionId = webhook.View?.Session?.Id;
            }
            catch (InvalidOperationException)
            {
                // What the tables refuse is put off; the others of its set are applied one by one.
                webhook.DueAt = world.Now + order.OrphanRetry;
            }
        }
        var moved = written
            .Where(one => one.Before!.State != one.After!.State)
            .Select(one => one.After!.Id)
            .ToHashSet();
        // What was read of stops holds no more.
        if (written.Exists(one => one.Change!.StopProject is not null))
            moved.Clear();
        foreach (var payout in payouts.Values.Where(payout => moved.Contains(payout.Id)))
            if (order.Then?.Invoke(payout) is { } change)
            {
                var after = payout.After(change);
                Apply(owners.OfType<Owner>().First(one => one.Row.Id == payout.Id).Row, owner, payout, change, after);
                written.Add(new Written(change, payout, after));
            }
        _beingApplied = [];
        var orphans = stored.Count(webhook => !webhook.IsApplied);
        _unapplied.RemoveAll(webhook => webhook.IsApplied);
        Commits++;
        return new InboxResult(stored.Length, orphans, written, []);
    }

    private Written? ApplyOne(
        string owner,
        ModelWebhook webhook,
        Owner found,
        Dictionary<long, Payout> payouts,
        InboxOrder order
    )
    {
        var before = payouts[found.Row.Id];
        var source = $"webhook {webhook.Id}";
        var session = webhook.View!.Session!;
        // Bound by a webhook before it in this set, or long ago; else found by our reference alone.
        var bound = found.IsBound || before.Session?.BankId == session.Id;
        var change = bound
            ? order.Decide(before, new Evidence.Seen(found.N, session, null, source))
            : Decision.Bind(before, found.N, session, source);
        if (change is null && !bound)
        {
            PutOff(webhook, order);
            return null;
        }
        webhook.IsApplied = true;
        if (change is null)
            return null;
        var after = before.After(change);
        Apply(found.Row, owner, before, change, after);
        payouts[found.Row.Id] = after;
        return new Written(change, before, after);
    }

    private void PutOff(ModelWebhook webhook, InboxOrder order)
    {
        var age = world.Now - webhook.ReceivedAt;
        TimeSpan? retry =
            webhook.View?.Session is null ? null
            : age < order.OrphanAlarm ? order.OrphanRetry
            : age < order.OrphanAlarm * 1000 ? TimeSpan.FromTicks(Math.Max(order.OrphanRetry.Ticks, age.Ticks / 2))
            : null;
        if (retry is { } pause)
            webhook.DueAt = world.Now + pause;
        else
            webhook.IsApplied = true;
    }

    private void WakeOrphans(string sessionId)
    {
        // Those being applied in this transaction get their own times when it ends.
        foreach (var webhook in _unapplied)
            if (webhook.SessionId == sessionId && !_beingApplied.Contains(webhook))
                webhook.DueAt = world.Now;
    }

    private Owner? OwnerOf(WebhookView? view)
    {
        if (view?.Session is not { } session)
            return null;
        if (_bySession.TryGetValue(session.Id, out var known))
            return new Owner(known.Row, known.N, IsBound: true);
        var reference = session.Reference ?? (session.Payouts is [var only] ? only.Reference : null);
        return
            reference is not null
            && _byRef.TryGetValue(reference, out var row)
            && row is { IsOpen: true, Newest: { Use: SessionUse.Armed, BankId: null } }
            && (row.State == PayoutState.Initiating || row.HeldFrom == PayoutState.Initiating)
            ? new Owner(row, row.SessionN, IsBound: false)
            : null;
    }

    private sealed record Owner(ModelRow Row, int N, bool IsBound);
}
