using System.Globalization;
using System.Net;
using Bank131.Simulator;
using Dapper;
using Npgsql;
using PayoutWorker.IntegrationTests.Support;
using PayoutWorker.Lab.Postgres;
using PayoutWorker.Lab.Processes;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.IntegrationTests.Processes;

/// <summary>
/// A real worker whose real PostgreSQL loses answers, ends sessions, is locked by others and is restarted. Nothing is
/// sent on the word of a commit that nobody heard of, and everything goes on by itself.
/// </summary>
internal sealed class TroubledDatabaseTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private PostgresServer _server = null!;
    private CommitCutter _cutter = null!;
    private Town _town = null!;
    private int _orders;

    [OneTimeSetUp]
    public async Task BuildAsync()
    {
        _server = await PostgresServer.StartAsync(
            new PostgresServerOptions { Private = true, AllowInstall = Environment.IsPrivilegedProcess },
            CancellationToken.None
        );
        var database = await _server.CreateDatabaseAsync("trouble", null, CancellationToken.None);
        await Town.MigrateAsync(_server, database, CancellationToken.None);
        _cutter = new CommitCutter(_server.Port);
        var text = new NpgsqlConnectionStringBuilder(_server.ConnectionString(database, PostgresRoles.Worker))
        {
            Port = _cutter.Port,
        };
        _town = await Town.StartAsync(
            new TownOptions
            {
                Scale = 0.02,
                WorkerSettings = new Dictionary<string, object>
                {
                    ["Database:ConnectionString"] = text.ConnectionString,
                },
            },
            _server,
            database,
            CancellationToken.None
        );
        await _town.StartWorkerAsync("worker", CancellationToken.None);
    }

    [OneTimeTearDown]
    public async Task LeaveAsync()
    {
        if (_town is not null)
            await _town.DisposeAsync();
        if (_cutter is not null)
            await _cutter.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [Test]
    public async Task A_commit_whose_answer_is_lost_sends_nothing_until_it_is_read_again()
    {
        var before = _cutter.Cuts;
        _cutter.Every = 3;
        var orders = await OrderAsync(40);
        // The faster the machine, the more payouts share a commit: orders come in until there were enough.
        await Poll.UntilAsync(
            "twenty commits to be cut",
            async _ =>
            {
                orders = [.. orders, .. await OrderAsync(1)];
                return _cutter.Cuts >= before + 20;
            },
            Patience,
            default
        );
        _cutter.Every = 0;
        await AllPaidAsync(orders);
        // Every call that arrived had been intended, and none arrived oftener than it was.
        var intended = await ListAsync<(string Step, long Sends)>(
            "SELECT step, sum(sends) FROM payouts.bank_call GROUP BY step"
        );
        foreach (var (step, kind) in new[] { ("start", BankEventKind.Started), ("confirm", BankEventKind.Confirmed) })
            Assert.That(
                intended.Single(one => one.Step == step).Sends,
                Is.GreaterThanOrEqualTo(_town.Bank.Events.Count(kind)),
                step
            );
    }

    [Test]
    public async Task Sessions_that_the_database_ends_are_opened_again()
    {
        var orders = await OrderAsync(40);
        var ended = 0L;
        await Poll.UntilAsync(
            "ten sessions to be ended in the middle",
            async _ =>
            {
                orders = [.. orders, .. await OrderAsync(1)];
                ended += await ScalarAsync<long>(
                    """
                    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                    WHERE usename = 'payouts_worker' AND state <> 'idle'
                    """
                );
                return ended >= 10;
            },
            Patience,
            default
        );
        await AllPaidAsync(orders);
    }

    [Test]
    public async Task A_gentle_restart_is_waited_for()
    {
        var orders = await OrderAsync(40);
        await _town.Bank.Events.WaitForAsync(
            e => e is { Kind: BankEventKind.Confirmed } && e.Payee == orders[5],
            Patience,
            CancellationToken.None
        );
        await _server.RestartAsync(CancellationToken.None);
        _town.Admin.Clear();
        _town.Erp.Clear();
        await AllPaidAsync(orders);
        Assert.That(_town.Workers[0].Process.HasExited, Is.False, "it went on by itself");
    }

    [Test]
    public async Task A_table_that_a_report_locks_delays_payouts_and_refuses_webhooks()
    {
        await using var report = await _town.Admin.OpenConnectionAsync();
        string[] orders;
        await using (var transaction = await report.BeginTransactionAsync())
        {
            await report.ExecuteAsync("LOCK TABLE payouts.webhook IN ACCESS EXCLUSIVE MODE", null, transaction);
            orders = await OrderAsync(20);
            Assert.That(
                await WebhookPost.StatusAsync(_town, _town.Workers[0], "during_the_report"),
                Is.EqualTo(HttpStatusCode.ServiceUnavailable)
            );
            await transaction.RollbackAsync();
        }
        await AllPaidAsync(orders);
    }

    [Test]
    public async Task A_row_that_somebody_holds_delays_only_itself()
    {
        var held = NextPayee;
        _town.Bank.Script(new PayoutScript(held) { CheckDelay = TimeSpan.FromSeconds(60) });
        await OrderAsync(1);
        await Poll.UntilAsync(
            "it to be checked by the bank",
            async _ => await StateAsync(held) == "started",
            Patience,
            default
        );
        await using var person = await _town.Admin.OpenConnectionAsync();
        await using (var transaction = await person.BeginTransactionAsync())
        {
            await person.ExecuteAsync(
                """
                SELECT FROM payouts.work AS w JOIN payouts.outbox AS o ON o.id = w.id
                WHERE o.recipient_account = @held FOR UPDATE OF w
                """,
                new { held },
                transaction
            );
            // Its webhook waits for the row, and what comes with it must not wait for ever.
            await _town.Bank.Events.WaitForAsync(
                e => e.Kind == BankEventKind.WebhookAnswered && e.Payee == held,
                Patience,
                CancellationToken.None
            );
            await AllPaidAsync(await OrderAsync(20));
            Assert.That(_town.Bank.Ledger.Of(held), Is.Empty, "it waits");
            await transaction.RollbackAsync();
        }
        await AllPaidAsync([held]);
    }

    [Test]
    public async Task An_order_that_nobody_was_told_of_is_paid()
    {
        var told = await ScalarAsync<string>("SELECT pg_get_functiondef('payouts.take_in'::regproc)");
        const string notify = "PERFORM pg_notify('payouts_due', '');";
        Assert.That(told, Does.Contain(notify));
        await ScalarAsync<object>(told.Replace(notify, "", StringComparison.Ordinal));
        var orders = await OrderAsync(5);
        await ScalarAsync<object>(told);
        await AllPaidAsync(orders);
    }

    private string NextPayee => PayeeOf(_orders + 1);

    private static string PayeeOf(int i) => string.Create(CultureInfo.InvariantCulture, $"408178107{i:00000000000}");

    private Task<string> StateAsync(string payee) =>
        ScalarAsync<string>(
            """
            SELECT s.state FROM payouts.status AS s JOIN payouts.outbox AS o ON o.id = s.payout_id
            WHERE o.recipient_account = @payee
            """,
            new { payee }
        );

    // Inserts as the ERP does; returns the payees.
    private async Task<string[]> OrderAsync(int count)
    {
        var first = _orders + 1;
        _orders += count;
        await using var connection = await _town.Erp.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            INSERT INTO payouts.outbox (erp_key, method, amount, sender_account, recipient_name, recipient_account,
                                        recipient_bik, purpose)
            SELECT 'trouble-' || i, 'account', 1000 + i, @sender, 'Petrov Petr', '408178107' || lpad(i::text, 11, '0'),
                   '044525974', 'Fee. VAT exempt'
            FROM generate_series(@first, @last) AS i
            """,
            new
            {
                sender = Town.Sender,
                first,
                last = _orders,
            }
        );
        return [.. Enumerable.Range(first, count).Select(PayeeOf)];
    }

    private async Task AllPaidAsync(string[] payees)
    {
        await Poll.UntilAsync(
            "all payouts to be paid",
            async _ =>
                await ScalarAsync<long>(
                    "SELECT count(*) FROM payouts.outbox WHERE state = 'paid' AND recipient_account = ANY (@payees)",
                    new { payees }
                ) == payees.Length,
            Patience,
            default
        );
        Assert.That(payees.Select(payee => _town.Bank.Ledger.Of(payee).Count), Has.All.EqualTo(1));
    }

    private async Task<T> ScalarAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await _town.Admin.OpenConnectionAsync();
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }

    private async Task<IReadOnlyList<T>> ListAsync<T>(string sql)
    {
        await using var connection = await _town.Admin.OpenConnectionAsync();
        return [.. await connection.QueryAsync<T>(sql)];
    }
}
