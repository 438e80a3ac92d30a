using Microsoft.Extensions.Logging.Abstractions;
using PayoutWorker.Core.Tests.Support;
using PayoutWorker.Driving;
using PayoutWorker.Inbox;
using PayoutWorker.Jobs;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.Core.Tests.Inbox;

/// <summary>Which confirms are intended where the webhook is taken into account, and given to the drive.</summary>
internal sealed class InboxJobTests
{
    [Test]
    public async Task Of_what_became_ready_as_many_are_confirmed_as_the_drive_has_room_for()
    {
        var (store, given) = (new Store(Ready(1), Ready(2), Ready(3)), new List<Handed>());
        await RunAsync(store, new Room(2, []), given);
        Assert.That(store.Intended, Is.EqualTo(new long[] { 1, 2 }));
        Assert.That(given.Select(handed => handed.Payout.Id), Is.EqualTo(store.Intended));
        Assert.That(given.Select(handed => handed.Payout.State), Is.All.EqualTo(PayoutState.Confirming));
    }

    [Test]
    public async Task A_set_that_is_decided_again_confirms_the_same()
    {
        var (store, given) = (new Store(Ready(1), Ready(2)) { Times = 2 }, new List<Handed>());
        await RunAsync(store, new Room(1, []), given);
        Assert.That(store.Intended, Is.EqualTo(new long[] { 1 }));
    }

    [Test]
    public async Task Nothing_of_a_project_that_pauses_is_confirmed()
    {
        var store = new Store(Ready(1), Ready(2) with { Project = "auto" });
        await RunAsync(store, new Room(8, ["main"]), []);
        Assert.That(store.Intended, Is.EqualTo(new long[] { 2 }));
    }

    [Test]
    public async Task What_did_not_become_ready_is_left_alone()
    {
        var store = new Store(Sample.Payout(PayoutState.Started), Sample.Payout(PayoutState.Paid));
        await RunAsync(store, new Room(8, []), []);
        Assert.That(store.Intended, Is.Empty);
    }

    [Test]
    public async Task While_stopping_nothing_is_confirmed()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        var (store, given) = (new Store(Ready(1)), new List<Handed>());
        await RunAsync(store, new Room(8, []), given, stop.Token);
        Assert.That(store.Intended, Is.Empty);
        Assert.That(given, Is.Empty);
    }

    private static Payout Ready(long id) => Sample.Payout(PayoutState.Ready) with { Id = id };

    private static Task RunAsync(Store store, Room room, List<Handed> given, CancellationToken stopping = default) =>
        new InboxJob(
            store,
            () => Sample.Policy,
            new Wakeups(),
            new Handover(() => room, given.AddRange),
            TimeProvider.System,
            new Counters(),
            NullLogger<InboxJob>.Instance
        ).RunAsync(TimeSpan.Zero, stopping);

    private sealed class Store(params Payout[] moved) : StubStore
    {
        /// <summary>How often the set is decided before it is written.</summary>
        public int Times { get; init; } = 1;

        public List<long> Intended { get; } = [];

        public override Task<InboxResult> ApplyInboxAsync(InboxOrder order, CancellationToken cancellationToken)
        {
            Written[] written = [];
            for (var n = 0; n < Times; n++)
                written =
                [
                    .. moved
                        .Select(payout => (payout, change: order.Then!(payout)))
                        .Where(one => one.change is not null)
                        .Select(one => new Written(one.change, one.payout, one.payout.After(one.change!))),
                ];
            Intended.AddRange(written.Select(one => one.After!.Id));
            return Task.FromResult(new InboxResult(moved.Length, 0, written, []));
        }
    }
}
