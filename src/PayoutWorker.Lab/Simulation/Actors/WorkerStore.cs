using PayoutWorker.Lab.Simulation.Engine;
using PayoutWorker.Lab.Simulation.Faults;
using PayoutWorker.Lab.Simulation.Model;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.Lab.Simulation.Actors;

/// <summary>The database as one worker sees it: a little away, and sometimes in trouble.</summary>
internal sealed class WorkerStore(World world, ModelStore model, FaultDice dice, SimulatedWorker worker) : IPayoutStore
{
    public async Task<IReadOnlyList<Claimed>> ClaimAsync(ClaimOrder order, CancellationToken cancellationToken)
    {
        await TravelAsync();
        var first = model.Rows.FirstOrDefault(row => row.IsOpen && row.DueAt <= world.Now);
        return await CommitAsync(At(Boundary.Claim, first), () => model.Claim(worker.Name, order));
    }

    public async Task<Written> WriteAsync(long payoutId, Func<Payout, Change?> decide)
    {
        await TravelAsync();
        var row = model.Rows[(int)payoutId - 1];
        return await CommitAsync(At(Boundary.Write, row), () => model.Write(worker.Name, payoutId, decide));
    }

    public async Task AddWebhookAsync(RawWebhook webhook)
    {
        await TravelAsync();
        var view = Bank131.Webhooks.WebhookView.Read(webhook.Body);
        var row = view?.Session is { } session ? model.BySession(session.Id) : null;
        await CommitAsync(
            At(Boundary.Receive, row) with
            {
                Webhook = view?.Type,
            },
            () =>
            {
                model.AddWebhook(webhook);
                return 0;
            }
        );
    }

    public async Task<InboxResult> ApplyInboxAsync(InboxOrder order, CancellationToken cancellationToken)
    {
        await TravelAsync();
        return await CommitAsync(At(Boundary.Apply, model.FirstOfInbox()), () => model.ApplyInbox(worker.Name, order));
    }

    public async Task<IReadOnlyList<Payout>> TakeReturnsAsync(
        int limit,
        TimeSpan lease,
        CancellationToken cancellationToken
    )
    {
        await TravelAsync();
        return await CommitAsync(At(Boundary.Returns, null), () => model.TakeReturns(limit, lease));
    }

    public async Task ReturnsAskedAsync(
        IReadOnlyList<long> ids,
        IReadOnlyList<TimeSpan> intervals,
        CancellationToken cancellationToken
    )
    {
        await TravelAsync();
        await CommitAsync(At(Boundary.Returns, null), () => model.ReturnsAsked(ids, intervals));
    }

    private Moment At(Boundary boundary, ModelRow? row) => new(boundary, row?.State, worker.Name, row?.Id);

    private async Task<T> CommitAsync<T>(Moment moment, Func<T> transaction)
    {
        var connected = model.Incarnation;
        var fault = dice.Roll(moment);
        switch (fault)
        {
            case FaultKind.CommitFails:
                throw new StoreFault("the connection broke before the commit");
            case FaultKind.StoreStalls:
                await worker.DelayAsync(
                    dice.Lasts(
                        FaultKind.StoreStalls,
                        () => world.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(90))
                    )
                );
                break;
            case FaultKind.CrashBeforeCommit:
                await worker.CrashAsync();
                break;
            case FaultKind.FreezeBeforeCommit:
                await worker.FreezeAsync();
                break;
            case FaultKind.Shutdown:
                worker.ShutDown();
                break;
        }
        if (model.Incarnation != connected)
            throw new StoreFault("the database was replaced");
        var result = transaction();
        switch (fault)
        {
            case FaultKind.CommitUnknown:
                await TravelAsync();
                throw new StoreFault("the connection broke at the commit");
            case FaultKind.CrashAfterCommit:
                await worker.CrashAsync();
                break;
            case FaultKind.FreezeAfterCommit:
                await worker.FreezeAsync();
                break;
        }
        await TravelAsync();
        return result;
    }

    private Task TravelAsync() => worker.DelayAsync(world.Milliseconds(0, 3));
}
