using Bank131.Client;
using Microsoft.Extensions.Logging.Abstractions;
using PayoutWorker.Core.Tests.Support;
using PayoutWorker.Driving;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.Core.Tests.Driving;

/// <summary>What a drive does while it waits for its turn at the bank.</summary>
internal sealed class DriverTests
{
    private static readonly TimeSpan Window = Sample.Policy.Timings.SendWindow;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly HandTime _time = new();

    [Test]
    public async Task A_call_whose_turn_comes_after_the_send_window_is_not_sent()
    {
        var bank = new Bank(_time) { TurnTakes = Window + Moment };
        var after = await DriveAsync(bank, Sample.Payout(PayoutState.Creating), PayoutState.New);
        Assert.That(bank.Sent, Is.Empty);
        Assert.That(after.State, Is.EqualTo(PayoutState.New));
    }

    [Test]
    public async Task A_call_without_a_turn_in_time_is_not_sent()
    {
        var bank = new Bank(_time) { GivesTurns = false };
        var after = await DriveAsync(bank, Sample.Payout(PayoutState.Creating), PayoutState.New);
        Assert.That(bank.Sent, Is.Empty);
        Assert.That(after.State, Is.EqualTo(PayoutState.New));
    }

    [Test]
    public async Task A_call_whose_turn_comes_in_time_is_sent()
    {
        var bank = new Bank(_time) { TurnTakes = Window - Moment };
        await DriveAsync(bank, Sample.Payout(PayoutState.Creating), PayoutState.New);
        Assert.That(bank.Sent, Is.EqualTo(new[] { "api/v1/session/create/rko" }));
    }

    [Test]
    public async Task An_init_takes_its_turn_before_its_intent()
    {
        var order = Sample.AccountOrder with { Flow = Flow.SingleRequest };
        var bank = new Bank(_time) { GivesTurns = false };
        var after = await DriveAsync(bank, Sample.Payout(PayoutState.New, order), PayoutState.New);
        Assert.That(
            after.State,
            Is.EqualTo(PayoutState.New),
            "an intent alone would be an unknown outcome after a crash"
        );
        Assert.That(bank.Sent, Is.Empty);

        bank = new Bank(_time);
        after = await DriveAsync(bank, Sample.Payout(PayoutState.New, order), PayoutState.New);
        Assert.That((after.State, bank.Sent.Count, bank.Turns), Is.EqualTo((PayoutState.Initiating, 1, 1)));
    }

    private Task<Payout> DriveAsync(Bank bank, Payout payout, PayoutState found)
    {
        var driver = new Driver(
            new Store(payout),
            bank,
            null,
            () => Sample.Policy,
            _time,
            new Counters(),
            NullLogger<Driver>.Instance
        );
        return driver.DriveAsync(new Claimed(payout, found), _time.GetTimestamp(), default);
    }

    private sealed class Bank(HandTime time) : IBank
    {
        public TimeSpan TurnTakes { get; init; }
        public bool GivesTurns { get; init; } = true;
        public int Turns { get; private set; }
        public List<string> Sent { get; } = [];
        public IReadOnlyList<string> PausedProjects => [];
        public int Trickle => int.MaxValue;

        public ValueTask<bool> TurnAsync(string project, TimeSpan within)
        {
            Turns++;
            time.Advance(TurnTakes);
            return new(GivesTurns);
        }

        public Task<BankAnswer> SendAsync(string project, string path, ReadOnlyMemory<byte> body, string key)
        {
            Sent.Add(path);
            return Task.FromResult<BankAnswer>(new BankAnswer.Unknown("no answer in time"));
        }

        public Task<BankAnswer> AskAsync(string project, string sessionId, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }

    private sealed class Store(Payout payout) : StubStore
    {
        private Payout _payout = payout;

        public override Task<Written> WriteAsync(long payoutId, Func<Payout, Change?> decide)
        {
            var (before, change) = (_payout, decide(_payout));
            _payout = change is null ? before : before.After(change);
            return Task.FromResult(new Written(change, before, _payout));
        }
    }
}
