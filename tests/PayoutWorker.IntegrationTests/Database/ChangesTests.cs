using Dapper;
using PayoutWorker.Feed;
using PayoutWorker.IntegrationTests.Database.Support;

namespace PayoutWorker.IntegrationTests.Database;

/// <summary>payouts.changes: who has read up to a number has missed no commit.</summary>
internal sealed class ChangesTests : DatabaseTest
{
    private const string Event = """
        INSERT INTO payouts.event (payout_id, who, from_state, to_state, why) VALUES (@id, 'w', @a, @b, @why)
        """;

    [Test]
    public async Task Transactions_that_commit_out_of_order_are_each_read_once_in_the_order_of_their_commits()
    {
        var id = await Db.InsertAsync(new OrderRow("k"));
        await using var first = await Db.Worker.OpenConnectionAsync();
        await using var early = await first.BeginTransactionAsync();
        await first.ExecuteAsync(
            Event,
            new
            {
                id,
                a = "new",
                b = "creating",
                why = "early, commits late",
            }
        );
        await AddAsync(id, "late, commits early");
        await PublishAsync();
        Assert.That(await ReadAsync(0), Is.EqualTo(new[] { (1L, "late, commits early") }));

        await early.CommitAsync();
        await PublishAsync();
        Assert.That(await ReadAsync(1), Is.EqualTo(new[] { (2L, "early, commits late") }));
        await PublishAsync();
        Assert.That(await ReadAsync(2), Is.Empty);
    }

    [Test]
    public async Task Many_writers_and_two_publishers_lose_nothing_and_double_nothing()
    {
        const int Writers = 8;
        const int Each = 60;
        var id = await Db.InsertAsync(new OrderRow("k"));
        var writers = Enumerable.Range(0, Writers).Select(WriteAsync).ToArray();
        using var stop = new CancellationTokenSource();
        var publishers = Enumerable.Range(0, 2).Select(_ => LoopAsync()).ToArray();
        List<(long Number, string Why)> read = [];
        while (!writers.All(writer => writer.IsCompleted))
            read.AddRange(await ReadAsync(Last()));
        await Task.WhenAll(writers);
        await stop.CancelAsync();
        await Task.WhenAll(publishers);
        await PublishAsync();
        read.AddRange(await ReadAsync(Last()));

        var written = Enumerable.Range(0, Writers).SelectMany(w => Enumerable.Range(0, Each).Select(i => $"{w}-{i}"));
        Assert.That(read.Select(change => change.Why), Is.EquivalentTo(written.Where(why => !IsRolledBack(why))));
        Assert.That(read.Select(change => change.Number), Is.Ordered.And.Unique);

        long Last() => read.Count == 0 ? 0 : read[^1].Number;

        async Task WriteAsync(int writer)
        {
            var random = new Random(writer);
            await using var connection = await Db.Worker.OpenConnectionAsync();
            for (var i = 0; i < Each; i++)
            {
                var why = $"{writer}-{i}";
                await using var transaction = await connection.BeginTransactionAsync();
                await connection.ExecuteAsync(Event, Row(id, why));
                // Others write, commit and publish while this one is open.
                for (var n = random.Next(12); n > 0; n--)
                    await connection.ExecuteAsync("SELECT 1");
                if (IsRolledBack(why))
                    await transaction.RollbackAsync();
                else
                    await transaction.CommitAsync();
            }
        }

        async Task LoopAsync()
        {
            while (!stop.IsCancellationRequested)
                await PublishAsync();
        }

        static bool IsRolledBack(string why) => why.EndsWith('7');
    }

    [Test]
    public async Task A_note_is_no_change_of_status_and_a_part_that_came_back_is()
    {
        var id = await Db.InsertAsync(new OrderRow("k"));
        await AddAsync(id, "cancel asked", "started", "started");
        await AddAsync(id, "a part came back", "paid", "paid");
        await PublishAsync();
        Assert.That(await ReadAsync(0), Is.EqualTo(new[] { (1L, "a part came back") }));
    }

    [Test]
    public async Task What_is_above_the_limit_is_numbered_by_the_next_run()
    {
        var id = await Db.InsertAsync(new OrderRow("k"));
        foreach (var why in new[] { "a", "b", "c" })
            await AddAsync(id, why);
        await using var worker = await Db.Worker.OpenConnectionAsync();
        foreach (var expected in new[] { 2, 1, 0 })
            Assert.That(
                await worker.ExecuteScalarAsync<long>("SELECT payouts.publish_changes(2)"),
                Is.EqualTo(expected)
            );
        Assert.That((await ReadAsync(0)).Select(change => change.Why), Is.EqualTo(new[] { "a", "b", "c" }));
    }

    [Test]
    public async Task After_the_database_went_back_no_number_is_given_again()
    {
        var id = await Db.InsertAsync(new OrderRow("k"));
        await AddAsync(id, "before");
        await PublishAsync();
        await using var worker = await Db.Worker.OpenConnectionAsync();
        await worker.ExecuteAsync("SELECT payouts.open_gap('restored')");
        await AddAsync(id, "after");
        await PublishAsync();
        await AddAsync(id, "and on");
        await PublishAsync();
        Assert.That(await ReadAsync(1), Is.EqualTo(new[] { (1_000_000_001L, "after"), (1_000_000_002L, "and on") }));
    }

    [Test]
    public async Task A_database_that_was_loaded_from_a_dump_into_a_younger_server_goes_on()
    {
        var id = await Db.InsertAsync(new OrderRow("k"));
        await AddAsync(id, "before");
        await PublishAsync();
        await Db.ExecuteAsync("UPDATE payouts.published SET seen = '4000000000:4000000000:'");
        await AddAsync(id, "after");
        await PublishAsync();
        Assert.That((await ReadAsync(0)).Select(change => change.Why), Is.EqualTo(new[] { "before", "after" }));
    }

    [Test]
    public async Task The_ERP_is_told()
    {
        var id = await Db.InsertAsync(new OrderRow("k"));
        await using var erp = await Db.Erp.OpenConnectionAsync();
        await erp.ExecuteAsync("LISTEN payouts_changed");
        await AddAsync(id, "why");
        await PublishAsync();
        Assert.That(await erp.WaitAsync(TimeSpan.FromSeconds(20)), Is.True);
    }

    private Task PublishAsync() => new PublishJob(Db.Worker).RunAsync(CancellationToken.None);

    private static object Row(long id, string why, string a = "new", string b = "creating") =>
        new
        {
            id,
            a,
            b,
            why,
        };

    private async Task AddAsync(long id, string why, string a = "new", string b = "creating")
    {
        await using var worker = await Db.Worker.OpenConnectionAsync();
        await worker.ExecuteAsync(Event, Row(id, why, a, b));
    }

    private async Task<IReadOnlyList<(long Number, string Why)>> ReadAsync(long last)
    {
        await using var erp = await Db.Erp.OpenConnectionAsync();
        const string Sql = "SELECT number, why FROM payouts.changes WHERE number > @last ORDER BY number";
        return [.. await erp.QueryAsync<(long, string)>(Sql, new { last })];
    }
}
