using Bank131.Client;
using Dapper;
using PayoutWorker.Driving;
using PayoutWorker.IntegrationTests.Model;

namespace PayoutWorker.IntegrationTests.Proof;

/// <summary>What must hold over the real database, whatever comes in what order.</summary>
[NonParallelizable]
internal sealed class OverPostgresTests
{
    private VirtualClock _clock = null!;

    [OneTimeSetUp]
    public async Task CreateAsync() => _clock = await VirtualClock.CreateAsync();

    [OneTimeTearDown]
    public async Task DropAsync() => await _clock.DisposeAsync();

    [Test]
    public async Task Webhooks_in_any_order_any_number_of_times_end_in_the_same_states([Values(1, 2, 3)] int seed)
    {
        var straight = await EndsAsync(() => [TimeSpan.Zero]);
        var random = new Random(seed);

        // Each comes one to three times, each time up to ten minutes later: the next ones overtake it.
        var shuffled = await EndsAsync(() =>
            [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => TimeSpan.FromSeconds(random.Next(600)))]
        );

        Assert.That(shuffled, Is.EqualTo(straight));
        Assert.That(straight, Has.Some.Contains(" paid").And.Some.Contains(" failed").And.Some.Contains(" returned"));
    }

    [Test]
    public async Task The_whole_history_of_webhooks_sent_once_more_changes_nothing()
    {
        using var bench = new Bench(_clock, () => [TimeSpan.Zero]);
        await bench.RunAsync();
        var (before, bodies) = (await bench.RowsAsync(), bench.Delivered.ToArray());
        new Random(7).Shuffle(bodies);

        await bench.ReceiveAsync(bodies);
        Assert.That(await bench.RowsAsync(), Is.EqualTo(before), "each is known already");

        // Even where the inbox has forgotten them.
        await using (var connection = await _clock.Admin.OpenConnectionAsync())
            await connection.ExecuteAsync("DELETE FROM payouts.webhook");
        await bench.ReceiveAsync(bodies);
        Assert.That(await bench.RowsAsync(), Is.EqualTo(before), "each is applied once more");
        Assert.That(bodies, Has.Length.GreaterThan(BenchOrders.All.Count));
    }

    [Test]
    public async Task J9_Every_call_that_reaches_the_bank_has_an_intent_that_was_committed_before()
    {
        using var bench = new Bench(_clock, () => [TimeSpan.Zero]);
        await bench.RunAsync();

        Assert.That(bench.Bank.Wrongs, Is.Empty);
        Assert.That(bench.Bank.Posts, Is.GreaterThan(2 * BenchOrders.All.Count));
    }

    [Test]
    public async Task N1_Planted_a_line_that_sends_twice_is_seen_by_the_same_check()
    {
        using var bench = new Bench(_clock, () => [TimeSpan.Zero], line => new Twice(line));
        await bench.RunAsync();

        Assert.That(bench.Bank.Wrongs, Has.Some.Contains("was sent 2 times, intended 1 times"));
    }

    private async Task<IReadOnlyList<string>> EndsAsync(Func<TimeSpan[]> arrivals)
    {
        using var bench = new Bench(_clock, arrivals);
        await bench.RunAsync();
        Assert.That(bench.Bank.Wrongs, Is.Empty);
        return await bench.EndsAsync();
    }

    /// <summary>Sends every create again, as a retry under a POST does.</summary>
    private sealed class Twice(IBank inner) : IBank
    {
        public IReadOnlyList<string> PausedProjects => inner.PausedProjects;
        public int Trickle => inner.Trickle;

        public async Task<BankAnswer> SendAsync(
            string project,
            string path,
            ReadOnlyMemory<byte> body,
            string idempotencyKey
        )
        {
            var first = await inner.SendAsync(project, path, body, idempotencyKey);
            if (idempotencyKey.Contains(":create:", StringComparison.Ordinal))
                await inner.SendAsync(project, path, body, idempotencyKey);
            return first;
        }

        public Task<BankAnswer> AskAsync(string project, string sessionId, CancellationToken cancellationToken) =>
            inner.AskAsync(project, sessionId, cancellationToken);
    }
}
