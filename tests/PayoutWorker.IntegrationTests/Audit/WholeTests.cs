using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using PayoutWorker.Audit;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Payouts;

namespace PayoutWorker.IntegrationTests.Audit;

/// <summary>The chain over all payouts, its daily roots, and what the sealer does with commits in any order.</summary>
internal sealed class WholeTests : AuditTest
{
    // Each test begins with an empty database; the fixture's base opens one for all.
    [TearDown]
    public Task EmptyAsync() =>
        TamperAsync(
            """
            TRUNCATE payouts.seal, payouts.seal_run, payouts.audit_root, payouts.event, payouts.erased, payouts.work,
                payouts.bank_session, payouts.bank_call, payouts.webhook, payouts.outbox;
            UPDATE payouts.sealed SET seen = '3:3:', next = NULL, below = NULL, after_payout = 0, rested = NULL,
                rested_at = NULL
            """
        );

    [Test]
    public async Task What_nobody_touched_is_found_whole()
    {
        foreach (var state in Enum.GetValues<PayoutState>())
            await PayoutAsync(state);
        await PayoutAsync(order: OrderRow.Card("card"));
        Assert.That(await SealAsync(), Does.EndWith("events sealed"));
        Assert.That(await SealAsync(), Is.Null, "nothing is sealed twice");
        var fresh = await PayoutAsync();
        await Db.InsertAsync(new OrderRow("no history yet"));
        var (findings, tally) = await AuditAsync();
        Assert.That(findings, Is.Empty);
        Assert.That(tally.Runs, Is.EqualTo(1));
        Assert.That((tally.Unsealed, tally.Unstarted), Is.EqualTo((3L, 2L)), $"of payout {fresh}");
    }

    [TestCase("DELETE FROM payouts.seal WHERE payout_id = @id AND n = 2")]
    [TestCase("DELETE FROM payouts.seal WHERE run_id = 3; DELETE FROM payouts.seal_run WHERE id = 3")]
    [TestCase("DELETE FROM payouts.seal_run WHERE id = 3")]
    [TestCase("DELETE FROM payouts.seal WHERE payout_id = @id")]
    [TestCase("UPDATE payouts.seal SET run_id = 1 WHERE run_id = 2")]
    [TestCase("UPDATE payouts.seal_run SET at = at - interval '1 s' WHERE id = 2")]
    public async Task Seals_and_runs_that_are_changed_or_gone_are_found(string sql)
    {
        var id = await SealedAsync();
        await SealedAsync();
        await AddAsync(id);
        await SealAsync();
        Assert.That(await FindingsAsync(), Is.Empty);
        await TamperAsync(sql, new { id });
        Assert.That(await FindingsAsync(), Is.Not.Empty);
    }

    [Test]
    public async Task A_chain_that_was_written_anew_from_end_to_end_is_found_by_a_root_that_was_kept_elsewhere()
    {
        var id = await SealedAsync();
        await YesterdayAsync();
        await SealAsync();
        var kept = await Db.ScalarAsync<byte[]>("SELECT root FROM payouts.audit_root");
        var day = await Db.ScalarAsync<DateOnly>("SELECT day FROM payouts.audit_root");
        var scope = AuditScope.Everything with { Roots = new Dictionary<DateOnly, byte[]> { [day] = kept } };
        Assert.That(await FindingsAsync(scope: scope), Is.Empty);
        await TamperAsync(
            """
            TRUNCATE payouts.seal, payouts.seal_run, payouts.audit_root;
            UPDATE payouts.sealed SET seen = '3:3:';
            UPDATE payouts.outbox SET amount = 1 WHERE id = @id
            """,
            new { id }
        );
        await SealAsync();
        await YesterdayAsync();
        await SealAsync();
        Assert.That(await FindingsAsync(), Is.Empty, "from inside nothing shows");
        Assert.That(await FindingsAsync(scope: scope), Has.One.Contains("is another than was given"));
    }

    [TestCase(
        "UPDATE payouts.audit_root SET root = sha256(root) WHERE day = (SELECT min(day) FROM payouts.audit_root)"
    )]
    [TestCase("DELETE FROM payouts.audit_root WHERE day = (SELECT max(day) FROM payouts.audit_root)")]
    [TestCase("UPDATE payouts.audit_root SET runs = runs + 1")]
    public async Task A_root_that_is_changed_or_gone_is_found(string sql)
    {
        await SealedAsync();
        await YesterdayAsync();
        await YesterdayAsync();
        await SealedAsync();
        Assert.That(await Db.ScalarAsync<long>("SELECT count(*) FROM payouts.audit_root"), Is.EqualTo(2), "one a day");
        Assert.That(await FindingsAsync(), Is.Empty);
        await TamperAsync(sql);
        Assert.That(await FindingsAsync(), Has.Some.Contains("root"));
    }

    [Test]
    public async Task What_commits_late_is_sealed_late()
    {
        var id = await SealedAsync();
        await using var worker = await Db.Worker.OpenConnectionAsync();
        await using var open = await worker.BeginTransactionAsync();
        const string Late =
            "INSERT INTO payouts.event (payout_id, who, to_state, why) VALUES (@id, 'w1', 'paid', 'late')";
        await worker.ExecuteAsync(Late, new { id }, open);
        await AddAsync(id);
        await SealAsync();
        Assert.That((await AuditAsync()).Tally.Unsealed, Is.Zero, "nobody sees it yet");
        await open.CommitAsync();
        var (findings, tally) = await AuditAsync();
        Assert.That((findings.Count, tally.Unsealed), Is.EqualTo((0, 1)));
        await SealAsync();
        (findings, tally) = await AuditAsync();
        Assert.That((findings.Count, tally.Unsealed), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task More_than_a_run_can_take_is_sealed_in_several_and_nothing_is_passed_over()
    {
        for (var i = 0; i < 4; i++)
            await PayoutAsync();
        await using var worker = await Db.Worker.OpenConnectionAsync();
        async Task<long> SealAsync() =>
            await worker.ExecuteScalarAsync<long>("SELECT events_done FROM payouts.seal_history(2, 100, '0')");
        Assert.That(await SealAsync(), Is.EqualTo(6), "of two payouts");
        // While the rest waits: the history of a payout that was sealed, of one that was not, and of a new one.
        var ids = await Db.ListAsync<long>("SELECT id FROM payouts.outbox ORDER BY id");
        await AddAsync(ids[0]);
        await AddAsync(ids[3]);
        await PayoutAsync();
        List<long> sealedNow = [];
        for (var i = 0; i < 5; i++)
            sealedNow.Add(await SealAsync());
        Assert.That(sealedNow.Sum(), Is.EqualTo(11));
        var (findings, tally) = await AuditAsync();
        Assert.That((findings.Count, tally.Unsealed), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task More_than_a_statement_takes_is_sealed_with_a_rest_before_the_next()
    {
        await Db.ExecuteAsync(
            """
            INSERT INTO payouts.event (payout_id, who, to_state, why)
            SELECT n, 'w1', 'new', 'taken in' FROM generate_series(100001, 100501) AS n
            """
        );
        var time = new CountingTime();
        var job = new SealJob(Db.Worker, TimeSpan.Zero, time, NullLogger<SealJob>.Instance);
        Assert.That(await job.RunAsync(CancellationToken.None), Is.EqualTo("501 events sealed"));
        Assert.That(time.Timers, Is.EqualTo(1), "rests");
        Assert.That(await Db.ScalarAsync<long>("SELECT count(*) FROM payouts.seal_run"), Is.EqualTo(2));
    }

    private sealed class CountingTime : TimeProvider
    {
        public int Timers { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Timers++;
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }

    [Test]
    public async Task A_backlog_is_cut_at_transactions_and_each_payout_is_sealed_once()
    {
        await SealedAsync();
        List<long> ids = [];
        for (var i = 0; i < 30; i++)
            ids.Add(await PayoutAsync());
        for (var i = 0; i < 3; i++)
            foreach (var id in ids)
                await AddAsync(id);
        await using var worker = await Db.Worker.OpenConnectionAsync();
        // A pass takes some 20 events: of less than all transactions.
        var cut = 0;
        bool more;
        do
        {
            more = await worker.ExecuteScalarAsync<bool>("SELECT more FROM payouts.seal_history(1, 20, '0')");
            cut += await Db.ScalarAsync<int>("SELECT count(below)::int FROM payouts.sealed");
        } while (more);
        Assert.That(cut, Is.Positive);
        var (findings, tally) = await AuditAsync();
        Assert.That((findings.Count, tally.Unsealed, tally.Seals), Is.EqualTo((0, 0, 31)));
    }

    [Test]
    public async Task History_rests_for_one_run_and_all_of_a_payout_is_sealed_at_once()
    {
        await SealedAsync();
        var id = await PayoutAsync();
        await RestingAsync();
        var (findings, tally) = await AuditAsync();
        Assert.That(
            (findings.Count, tally.Unsealed, await SealsAsync(id)),
            Is.EqualTo((0, 3, 0)),
            "told as not sealed"
        );
        await AddAsync(id);
        await RestingAsync();
        Assert.That(await SealsAsync(id), Is.EqualTo(1), "what came since is in the same seal");
        await RestingAsync();
        (findings, tally) = await AuditAsync();
        Assert.That((findings.Count, tally.Unsealed, tally.Seals), Is.EqualTo((0, 0, 2)));
        await AddAsync(id);
        await RestingAsync();
        await RestingAsync();
        (findings, tally) = await AuditAsync();
        Assert.That((findings.Count, tally.Unsealed, tally.Seals), Is.EqualTo((0, 0, 3)));
    }

    [Test]
    public async Task Where_another_worker_has_just_sealed_nothing_is_done()
    {
        await SealedAsync();
        await PayoutAsync();
        var job = new SealJob(Db.Worker, TimeSpan.FromHours(1), TimeProvider.System, NullLogger<SealJob>.Instance);
        Assert.That(await job.RunAsync(CancellationToken.None), Is.Null);
        await Db.ExecuteAsync("UPDATE payouts.sealed SET rested_at = rested_at + interval '1 day'");
        await job.RunAsync(CancellationToken.None);
        Assert.That(
            await Db.ScalarAsync<bool>("SELECT rested_at < now() + interval '1 hour' FROM payouts.sealed"),
            "a clock that went back stops nobody"
        );
    }

    [Test]
    public async Task Two_sealers_at_once_seal_once()
    {
        for (var i = 0; i < 5; i++)
            await PayoutAsync();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => base.SealAsync()));
        await SealAsync();
        var (findings, tally) = await AuditAsync();
        Assert.That((findings.Count, tally.Unsealed), Is.EqualTo((0, 0)));
        Assert.That(
            await Db.ScalarAsync<long>("SELECT sum(octet_length(digests)) / 16 FROM payouts.seal"),
            Is.EqualTo(5 * 11)
        );
    }

    [Test]
    public async Task A_database_that_was_loaded_into_a_younger_server_goes_on()
    {
        await SealedAsync();
        await Db.ExecuteAsync("UPDATE payouts.sealed SET seen = '4000000000:4000000000:'");
        await SealedAsync();
        var (findings, tally) = await AuditAsync();
        Assert.That((findings.Count, tally.Unsealed, tally.Seals), Is.EqualTo((0, 0, 2)));
    }

    [Test]
    public async Task Every_root_is_told_to_the_log()
    {
        await SealedAsync();
        await YesterdayAsync();
        await YesterdayAsync();
        var log = new Told();
        var job = new SealJob(Db.Worker, TimeSpan.Zero, TimeProvider.System, log);
        await job.RunAsync(CancellationToken.None);
        await job.RunAsync(CancellationToken.None);
        var roots = await Db.ListAsync<string>(
            "SELECT format('Audit root of %s: %s', to_char(day, 'MM/DD/YYYY'), encode(root, 'hex')) FROM payouts.audit_root ORDER BY day DESC LIMIT 1"
        );
        Assert.That(log.Lines, Is.EqualTo(roots), "the newest, once");
    }

    private Task AddAsync(long id) =>
        Db.ExecuteAsync(
            """
            INSERT INTO payouts.event (payout_id, who, from_state, to_state, why)
            VALUES (@id, 'w1', 'paid', 'paid', 'looked at')
            """,
            new { id }
        );

    // As the worker does, at once again: a microsecond has passed.
    private Task<string?> RestingAsync() =>
        new SealJob(
            Db.Worker,
            TimeSpan.FromMicroseconds(1),
            TimeProvider.System,
            NullLogger<SealJob>.Instance
        ).RunAsync(CancellationToken.None);

    private Task<long> SealsAsync(long id) =>
        Db.ScalarAsync<long>("SELECT count(*) FROM payouts.seal WHERE payout_id = @id", new { id });

    private Task YesterdayAsync() => AgeAsync(TimeSpan.FromDays(1));

    private sealed class Told : Microsoft.Extensions.Logging.ILogger<SealJob>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

        public void Log<TState>(
            Microsoft.Extensions.Logging.LogLevel logLevel,
            Microsoft.Extensions.Logging.EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Lines.Add(formatter(state, exception));
    }
}
