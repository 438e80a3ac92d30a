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
        var read = await ReadAsync(0);
        Assert.That(read.Select(change => change.Why), Is.EqualTo(new[] { "late, commits early" }));

        await early.CommitAsync();
        Assert.That(await ReadAsync(0), Is.EqualTo(read), "not before it is published");
        await PublishAsync();
        var then = await ReadAsync(read[0].Number);
        Assert.That(then.Select(change => change.Why), Is.EqualTo(new[] { "early, commits late" }));
        await PublishAsync();
        Assert.That(await ReadAsync(then[0].Number), Is.Empty);
        Assert.That(await ReadAsync(0), Is.EqualTo(read.Concat(then)), "numbers stay for ever");
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
        Assert.That(await ReadAsync(0), Is.EqualTo(new[] { (2L, "a part came back") }));
    }

    [Test]
    public async Task What_follows_a_late_change_of_its_payout_comes_after_it()
    {
        var id = await Db.InsertAsync(new OrderRow("k"));
        var other = await Db.InsertAsync(new OrderRow("other"));
        await using var slow = await Db.Worker.OpenConnectionAsync();
        await using var open = await slow.BeginTransactionAsync();
        await slow.ExecuteAsync(Event, Row(id, "first"));
        await AddAsync(other, "passes it");
        await PublishAsync();
        await open.CommitAsync();
        await AddAsync(id, "second", "creating", "created");
        await AddAsync(other, "goes on", "creating", "created");
        await PublishAsync();
        await AddAsync(id, "third", "created", "starting");
        await PublishAsync();
        Assert.That(
            (await ReadAsync(0)).Select(change => change.Why),
            Is.EqualTo(new[] { "passes it", "goes on", "first", "second", "third" })
        );
    }

    [Test]
    public async Task A_transaction_that_stays_open_for_long_delays_nothing_but_its_own_changes()
    {
        var id = await Db.InsertAsync(new OrderRow("k"));
        await using var slow = await Db.Worker.OpenConnectionAsync();
        await using var open = await slow.BeginTransactionAsync();
        await slow.ExecuteAsync(Event, Row(id, "slow"));
        List<(long Number, string Why)> read = [];
        for (var i = 0; i < 20; i++)
        {
            await AddAsync(id, $"{i}");
            await PublishAsync();
            read.AddRange(await ReadAsync(read.Count == 0 ? 0 : read[^1].Number));
        }
        await slow.ExecuteAsync(Event, Row(id, "slow again"));
        await open.CommitAsync();
        await PublishAsync();
        read.AddRange(await ReadAsync(read[^1].Number));
        Assert.That(
            read.Select(change => change.Why),
            Is.EqualTo(Enumerable.Range(0, 20).Select(i => $"{i}").Concat(["slow", "slow again"]))
        );
        Assert.That(await ReadAsync(0), Is.EqualTo(read));
    }

    [Test]
    public async Task A_look_that_finds_nothing_writes_nothing()
    {
        var id = await Db.InsertAsync(new OrderRow("k"));
        await AddAsync(id, "a");
        await PublishAsync();
        const string Written = "SELECT xmin::text || ' ' || seen FROM payouts.published";
        // Other databases of the server may give a reason to renew, but not each time.
        var wrote = true;
        for (var i = 0; i < 20 && wrote; i++)
        {
            var before = await Db.ScalarAsync<string>(Written);
            await PublishAsync();
            wrote = await Db.ScalarAsync<string>(Written) != before;
        }
        Assert.That(wrote, Is.False);
    }

    [Test]
    public async Task A_page_of_a_long_feed_is_read_in_its_order_and_no_further()
    {
        await Db.InsertAsync(new OrderRow("k"));
        await Db.ExecuteAsync(
            """
            INSERT INTO payouts.event (payout_id, who, from_state, to_state, why)
            SELECT o.id, 'w', 'new', 'creating', 'x' FROM payouts.outbox AS o CROSS JOIN generate_series(1, 5000);
            ANALYZE payouts.event
            """
        );
        await PublishAsync();
        await using var erp = await Db.Erp.OpenConnectionAsync();
        var plan = await erp.QueryAsync<string>(
            "EXPLAIN (COSTS OFF) SELECT number, why FROM payouts.changes WHERE number > 0 ORDER BY number LIMIT 100"
        );
        Assert.That(string.Join('\n', plan), Does.Contain("Merge Append").And.Not.Contain("  Sort\n"));
    }

    // payouts.events_above needs it: a transaction that began to write after a look draws greater ids than were drawn then.
    [Test]
    public async Task A_transaction_has_its_number_before_it_draws_the_id_of_an_event()
    {
        var plan = await Db.ListAsync<string>(
            """
            EXPLAIN (VERBOSE, COSTS OFF)
            INSERT INTO payouts.event (payout_id, who, to_state, why) SELECT i, 'w', 'new', 'x' FROM generate_series(1, 2) AS i
            """
        );
        Assert.That(
            plan.Single(line => line.Contains("nextval", StringComparison.Ordinal)),
            Does.Match("Output: pg_current_xact_id\\(\\), nextval")
        );
        Assert.That(
            await Db.ScalarAsync<long>(
                "SELECT seqcache FROM pg_sequence WHERE seqrelid = 'payouts.event_id_seq'::regclass"
            ),
            Is.EqualTo(1),
            "ids that a session keeps for later are below what others have drawn"
        );
    }

    [Test]
    public async Task After_the_database_went_back_no_number_is_given_again()
    {
        var id = await Db.InsertAsync(new OrderRow("k"));
        await AddAsync(id, "before");
        await PublishAsync();
        await using var slow = await Db.Worker.OpenConnectionAsync();
        await using var open = await slow.BeginTransactionAsync();
        await slow.ExecuteAsync(Event, Row(id, "under way"));
        await using var worker = await Db.Worker.OpenConnectionAsync();
        await worker.ExecuteAsync("SELECT payouts.open_gap('restored')");
        await AddAsync(id, "after");
        await PublishAsync();
        await AddAsync(id, "and on");
        await open.CommitAsync();
        await PublishAsync();
        var read = await ReadAsync(1);
        Assert.That(read.Select(change => change.Why), Is.EqualTo(new[] { "after", "under way", "and on" }));
        Assert.That(read.Select(change => change.Number), Is.Ordered.And.Unique.And.All.GreaterThan(1_000_000_000));
    }

    // The xids of what was loaded, and of what the publisher remembers, are those of the server that it came from.
    [TestCase(true)]
    [TestCase(false)]
    public async Task A_database_that_was_loaded_from_a_dump_into_another_server_goes_on(bool younger)
    {
        var id = await Db.InsertAsync(new OrderRow("k"));
        await using var slow = await Db.Worker.OpenConnectionAsync();
        await using var open = await slow.BeginTransactionAsync();
        await slow.ExecuteAsync(Event, Row(id, "late in the dump"));
        await AddAsync(id, "before");
        await PublishAsync();
        var before = await ReadAsync(0);
        await open.CommitAsync();
        await AddAsync(id, "new in the dump");
        // Those whom the snapshot saw in other databases are older than any event here.
        var shift = younger
            ? 5_000_000_000_000
            : 10
                - await Db.ScalarAsync<long>(
                    """
                    SELECT least(
                        min(e.xid::text::bigint), (SELECT pg_snapshot_xmin(p.seen)::text::bigint FROM payouts.published AS p)
                    )
                    FROM payouts.event AS e
                    """
                );
        await Db.ExecuteAsync(
            """
            SET session_replication_role = replica;
            UPDATE payouts.event SET xid = (xid::text::bigint + @shift)::text::xid8;
            UPDATE payouts.publication SET xid = (xid::text::bigint + @shift)::text::xid8;
            UPDATE payouts.published SET server = server + 1, seen = format(
                '%s:%s:%s',
                pg_snapshot_xmin(seen)::text::bigint + @shift,
                pg_snapshot_xmax(seen)::text::bigint + @shift,
                (SELECT string_agg((x::text::bigint + @shift)::text, ',') FROM pg_snapshot_xip(seen) AS x)
            )::pg_snapshot;
            RESET session_replication_role
            """,
            new { shift }
        );
        Assert.That(await ReadAsync(0), Is.EqualTo(before), "as it was dumped");
        await AddAsync(id, "after");
        await PublishAsync();
        var read = await ReadAsync(0);
        Assert.That(
            read.Select(change => change.Why),
            Is.EqualTo(new[] { "before", "late in the dump", "new in the dump", "after" })
        );
        await AddAsync(id, "and on");
        await PublishAsync();
        await PublishAsync();
        Assert.That((await ReadAsync(0)).Take(read.Count), Is.EqualTo(read));
        Assert.That((await ReadAsync(read[^1].Number)).Select(change => change.Why), Is.EqualTo(new[] { "and on" }));
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
