using System.Security.Cryptography;
using Bank131.Simulator;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using PayoutWorker.Decisions;
using PayoutWorker.Driving;
using PayoutWorker.IntegrationTests.Model;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.IntegrationTests.Proof;

/// <summary>
/// The drive, the store and the SQL that ship, on a real PostgreSQL, with the bank's core at the other end and one
/// clock for all three that jumps to whatever is due next.
/// </summary>
internal sealed class Bench : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(20);

    private readonly VirtualClock _clock;
    private readonly BenchTime _time = new();
    private readonly Counters _counters = new();
    private readonly PostgresStore _store;
    private readonly PostgresSide _side;
    private readonly BankMachine _machine;
    private readonly Driver _driver;
    private readonly Func<TimeSpan[]> _arrivals;
    private readonly PriorityQueue<WebhookDelivery, DateTimeOffset> _underWay = new();
    private readonly List<byte[]> _delivered = [];

    /// <param name="arrivals">When the copies of a webhook arrive, from when it left; one or more.</param>
    /// <param name="line">What lies between the drive and the bank; a test may plant something there.</param>
    public Bench(VirtualClock clock, Func<TimeSpan[]> arrivals, Func<IBank, IBank>? line = null)
    {
        (_clock, _arrivals) = (clock, arrivals);
        _store = new PostgresStore(clock.Worker, "w1", Setting.Policy.Timings.ReturnWatch[0]);
        _side = new PostgresSide(clock, Setting.Policy.Timings.ReturnWatch[0]);
        _machine = new BankMachine(
            new SimulatorOptions
            {
                CheckSignatures = false,
                Projects =
                [
                    new("main", WebhookUrl: new Uri("http://worker/")),
                    new("other", WebhookUrl: new Uri("http://worker/")),
                    new("cards", AutoConfirm: true, WebhookUrl: new Uri("http://worker/")),
                ],
            }
        );
        Bank = new BenchBank(_machine, clock, _time);
        _driver = new Driver(
            _store,
            line is null ? Bank : line(Bank),
            BenchOrders.Cards,
            () => Setting.Policy,
            _time,
            _counters,
            NullLogger<Driver>.Instance
        );
    }

    public BenchBank Bank { get; }
    public BankMachine Machine => _machine;

    /// <summary>Every webhook that was delivered, copies too.</summary>
    public IReadOnlyList<byte[]> Delivered => _delivered;

    /// <summary>Orders everything and drives it until nothing is open and nothing more will come.</summary>
    public async Task RunAsync()
    {
        await _clock.EmptyAsync();
        foreach (var script in BenchOrders.Scripts)
            _machine.Script(script);
        foreach (var (order, _) in BenchOrders.All)
            await _side.InsertAsync(order, 0, TimeSpan.Zero);
        var end = _time.Now + Longest;
        while (_time.Now < end)
        {
            await StepAsync();
            if (await NextAsync() is not { } next)
                return;
            await PassAsync(next > _time.Now ? next - _time.Now : TimeSpan.FromMilliseconds(1));
        }
        Assert.Fail($"not at rest after {Longest}:\n{string.Join('\n', await RowsAsync())}");
    }

    /// <summary>Stores and applies these as if the bank, or somebody who listened, had sent them just now.</summary>
    public async Task ReceiveAsync(IEnumerable<byte[]> bodies)
    {
        foreach (var body in bodies)
            await _store.AddWebhookAsync(new RawWebhook(SHA256.HashData(body), body, "signature", "key"));
        await ApplyAsync();
    }

    /// <summary>Every row but those of the inbox.</summary>
    public async Task<IReadOnlyList<string>> RowsAsync() =>
        [.. (await _side.RowsAsync()).Where(row => !row.StartsWith("webhook", StringComparison.Ordinal))];

    /// <summary>What became of each order, by the table and by the bank's ledger.</summary>
    public async Task<IReadOnlyList<string>> EndsAsync()
    {
        await using var connection = await _clock.Admin.OpenConnectionAsync();
        var rows = await connection.QueryAsync<(string Key, string State, long Returned, string Sessions)>(
            """
            SELECT o.erp_key, s.state, o.returned_amount,
                   (SELECT string_agg(b.n || ' ' || b.state, ', ' ORDER BY b.n) FROM payouts.bank_session AS b
                    WHERE b.payout_id = o.id)
            FROM payouts.outbox AS o JOIN payouts.status AS s ON s.payout_id = o.id ORDER BY o.id
            """
        );
        return
        [
            .. rows.Zip(
                BenchOrders.All,
                (row, order) =>
                    $"{row.Key} {row.State}, {row.Returned} came back, sessions {row.Sessions}; the bank paid "
                    + string.Join(", ", _machine.Ledger.Of(order.Payee).Select(e => $"{e.Amount} - {e.RefundedAmount}"))
            ),
        ];
    }

    public void Dispose()
    {
        _machine.Dispose();
        _counters.Dispose();
    }

    private async Task StepAsync()
    {
        foreach (var delivery in _machine.Advance(_time.Now).Concat(Bank.First))
        foreach (var after in _arrivals())
            _underWay.Enqueue(delivery, _time.Now + after);
        Bank.First.Clear();
        while (_underWay.TryPeek(out var delivery, out var at) && at <= _time.Now)
        {
            _underWay.Dequeue();
            _delivered.Add(delivery.Body);
            await ReceiveAsync([delivery.Body]);
            _machine.WebhookAnswered(delivery, 200, _time.Now);
        }
        await ApplyAsync();
        var order = new ClaimOrder(50, Setting.Policy.Timings.Lease, Setting.Routes, [], 100);
        var claimedAt = _time.GetTimestamp();
        foreach (var claimed in await _store.ClaimAsync(order, default))
            await _driver.DriveAsync(claimed, claimedAt, default);
        foreach (var paid in await _store.TakeReturnsAsync(50, Setting.Policy.Timings.Lease, default))
            await LookForReturnAsync(paid);
    }

    // As ReturnsJob does.
    private async Task LookForReturnAsync(Payout paid)
    {
        var answer = await Bank.AskAsync(paid.Project!, paid.Session!.BankId!, default);
        if (answer is not Bank131.Client.BankAnswer.Accepted accepted)
            return;
        var seen = new Evidence.Seen(paid.Session.N, accepted.Session, TimeSpan.Zero, "status");
        await _store.WriteAsync(paid.Id, p => Decision.Learn(p, seen, Setting.Policy, mine: false));
        await _store.ReturnsAskedAsync([paid.Id], Setting.Policy.Timings.ReturnWatch, default);
    }

    private async Task ApplyAsync()
    {
        var order = new InboxOrder(
            200,
            Setting.Policy.Timings.OrphanRetry,
            Setting.Policy.Timings.OrphanAlarm,
            (payout, evidence) => Decision.Learn(payout, evidence, Setting.Policy, mine: false)
        );
        while ((await _store.ApplyInboxAsync(order, default)).Taken > 0) { }
    }

    private async Task<DateTimeOffset?> NextAsync()
    {
        await using var connection = await _clock.Admin.OpenConnectionAsync();
        var due = await connection.ExecuteScalarAsync<DateTime?>(
            """
            SELECT min(due) FROM (
                SELECT due_at AS due FROM payouts.work
                UNION ALL SELECT due_at FROM payouts.webhook WHERE applied_at IS NULL
                UNION ALL SELECT next_at FROM payouts.return_watch
            ) AS all_dues
            """
        );
        DateTimeOffset?[] nexts =
        [
            due is { } d ? new DateTimeOffset(d, TimeSpan.Zero) : null,
            _machine.NextDue,
            _underWay.TryPeek(out _, out var at) ? at : null,
        ];
        return nexts.Min();
    }

    private Task PassAsync(TimeSpan time)
    {
        _time.Pass(time);
        return _clock.PassAsync(time);
    }
}
