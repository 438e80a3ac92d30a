using Bank131.Simulator;
using Dapper;
using Npgsql;
using PayoutWorker.Lab.Postgres;
using PayoutWorker.Lab.Processes;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.IntegrationTests.Processes;

/// <summary>
/// An older dump is restored in the middle of a run: the table knows nothing of what was paid since. Nothing is paid
/// again, before a person released it or after.
/// </summary>
[NonParallelizable]
internal sealed class RestoredDatabaseTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Nothing_is_paid_twice()
    {
        await using var server = await PostgresServer.StartAsync(
            new PostgresServerOptions { Private = true, AllowInstall = Environment.IsPrivilegedProcess },
            CancellationToken.None
        );
        var database = await server.CreateNamedDatabaseAsync("restored", CancellationToken.None);
        await Town.MigrateAsync(server, database, CancellationToken.None);
        await using var town = await Town.StartAsync(new TownOptions(), server, database, CancellationToken.None);
        await town.StartWorkerAsync("before", CancellationToken.None);

        foreach (var i in Enumerable.Range(0, 10))
            town.Bank.Script(new PayoutScript(Account("B", i)) { CheckDelay = TimeSpan.FromSeconds(80) });
        await InsertAsync(town, "A", "now()");
        await InsertAsync(town, "B", "now()");
        await UntilAsync(town, "SELECT count(*) = 10 FROM payouts.status WHERE state = 'paid'");
        await UntilAsync(town, "SELECT count(*) = 10 FROM payouts.status WHERE state = 'started'");
        await InsertAsync(town, "C", "now() + interval '2 seconds'");
        var dump = Path.Combine(town.Folder, "older.dump");
        await RunAsync(server, "pg_dump", "-Fc", "-f", dump, database);
        await UntilAsync(town, "SELECT count(*) = 30 FROM payouts.status WHERE state = 'paid'");
        await town.Workers[0].StopAsync();
        var (created, confirmed) = (Count(town, BankEventKind.Created), Count(town, BankEventKind.Confirmed));

        town.Admin.Clear();
        town.Erp.Clear();
        await ExecuteAsync(server, "DROP DATABASE restored WITH (FORCE)");
        await ExecuteAsync(server, $"CREATE DATABASE restored OWNER {PostgresRoles.Migrator}");
        await RunAsync(server, "pg_restore", "-d", database, dump);
        await town.StartWorkerAsync("after", CancellationToken.None);

        await UntilAsync(town, "SELECT count(*) = 20 FROM payouts.status WHERE state = 'paid'");
        Assert.That(await ScalarAsync<bool>(town, "SELECT payouts.in_gap()"), "what went back is stopped");
        Assert.That(
            await ScalarAsync<long>(town, "SELECT count(*) FROM payouts.alarm WHERE kind = 'database_gap'"),
            Is.EqualTo(1)
        );
        await UntilAsync(town, "SELECT bool_and(due_at > now() - interval '10 seconds') FROM payouts.work");
        Assert.That(Count(town, BankEventKind.Created), Is.EqualTo(created), "nothing is opened in a gap");
        Assert.That(Count(town, BankEventKind.Confirmed), Is.EqualTo(confirmed), "nothing is confirmed in a gap");

        await ScalarAsync<string>(town, "SELECT payouts.release_gap('compared with the statement')");
        await UntilAsync(
            town,
            "SELECT count(*) = 10 FROM payouts.status WHERE state = 'held' AND held_kind = 'outcome_unknown'"
        );
        Assert.That(await ScalarAsync<bool>(town, "SELECT bool_or(may_pay_again) FROM payouts.status"), Is.False);
        Assert.That(town.Bank.Ledger.Count, Is.EqualTo(30));
        Assert.That(town.Bank.Ledger.Repeated(), Is.Empty);

        // A person who lets one of them go on cannot make it pay again either.
        await ScalarAsync<string>(town, "SELECT payouts.request_release('C-0', 'test')");
        await UntilAsync(town, "SELECT count(*) = 10 FROM payouts.status WHERE state = 'held'");
        Assert.That(town.Bank.Ledger.Count, Is.EqualTo(30));
    }

    private static string Account(string group, int i) => $"40817810{(int)group[0]:000}{i:000000000}";

    private static long Count(Town town, BankEventKind kind) => town.Bank.Events.Count(kind);

    private static async Task InsertAsync(Town town, string group, string notBefore)
    {
        await using var connection = await town.Erp.OpenConnectionAsync();
        foreach (var i in Enumerable.Range(0, 10))
            await connection.ExecuteAsync(
                $"""
                INSERT INTO payouts.outbox (erp_key, method, amount, sender_account, recipient_name, recipient_account,
                                            recipient_bik, purpose, not_before)
                VALUES (@key, 'account', 5000, @sender, 'Petrov Petr', @account, '044525974', 'Fee. VAT exempt', {notBefore})
                """,
                new
                {
                    key = $"{group}-{i}",
                    sender = Town.Sender,
                    account = Account(group, i),
                }
            );
    }

    private static Task UntilAsync(Town town, string sql) =>
        Poll.UntilAsync(sql, async _ => await ScalarAsync<bool>(town, sql), Patience, CancellationToken.None);

    private static async Task<T> ScalarAsync<T>(Town town, string sql)
    {
        await using var connection = await town.Admin.OpenConnectionAsync();
        return (await connection.ExecuteScalarAsync<T>(sql))!;
    }

    private static async Task ExecuteAsync(PostgresServer server, string sql)
    {
        await using var source = NpgsqlDataSource.Create(server.AdminConnectionString("postgres"));
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task RunAsync(PostgresServer server, string program, params string[] arguments)
    {
        var admin = new NpgsqlConnectionStringBuilder(server.AdminConnectionString("postgres"));
        var result = await ChildProcess.RunAsync(
            new ChildProcessOptions(
                Path.Combine(server.BinariesFolder!, program),
                ["-h", admin.Host!, "-p", $"{admin.Port}", "-U", admin.Username!, .. arguments]
            ),
            CancellationToken.None
        );
        result.OrThrow();
    }
}
