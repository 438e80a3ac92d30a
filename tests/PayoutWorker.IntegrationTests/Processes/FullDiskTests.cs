using System.Net;
using Bank131.Simulator;
using Dapper;
using Npgsql;
using PayoutWorker.IntegrationTests.Support;
using PayoutWorker.Lab.Postgres;
using PayoutWorker.Lab.Processes;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.IntegrationTests.Processes;

/// <summary>The disk of the database is full: nothing is sent without an intent, nothing acknowledged, nothing lost.</summary>
internal sealed class FullDiskTests
{
    private const int Orders = 40;

    // An empty schema takes 10 MB; the log lies elsewhere, since PostgreSQL dies when that is full (LostDatabaseTests).
    private const int DiskMegabytes = 40;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Nothing_is_sent_or_acknowledged_until_there_is_room_again()
    {
        await using var disk = await SmallDisk.TryMountAsync(DiskMegabytes);
        if (disk is null)
            Assert.Ignore("a file system that can be filled up is mounted by root on Linux only");
        await using var server = await PostgresServer.StartAsync(
            new PostgresServerOptions { Private = true, AllowInstall = Environment.IsPrivilegedProcess },
            CancellationToken.None
        );
        await using var town = await BuildAsync(server, disk);
        var worker = await town.StartWorkerAsync("worker", CancellationToken.None);
        var confirmed = town.Bank.Events.WaitForAsync(
            e => e is { Kind: BankEventKind.Confirmed, Count: 5 },
            Patience,
            CancellationToken.None
        );
        await InsertAsync(town, 1, Orders);
        await confirmed;

        disk.Fill();
        // What fits into pages that are there goes on for a while, until one does not.
        var number = 0;
        await Poll.UntilAsync(
            "a webhook to be refused",
            async _ =>
                await WebhookPost.StatusAsync(town, worker, $"full_{number++}_{new string('x', 2000)}")
                == HttpStatusCode.ServiceUnavailable,
            Patience,
            default
        );
        var refused = Assert.ThrowsAsync<PostgresException>(() => InsertAsync(town, 1_000, 20_000))!;
        Assert.That(refused.SqlState, Is.EqualTo(PostgresErrorCodes.DiskFull));
        await AssertIntendedAsync(town);

        disk.Free();
        await Poll.UntilAsync(
            "all payouts to be paid",
            async _ =>
                await ScalarAsync<long>(town, "SELECT count(*) FROM payouts.outbox WHERE state = 'paid'") == Orders,
            Patience,
            default
        );
        Assert.That(town.Bank.Ledger.Count, Is.EqualTo(Orders));
        Assert.That(town.Bank.Ledger.Repeated(), Is.Empty);
        Assert.That(worker.Process.HasExited, Is.False, "it went on by itself");
        await AssertIntendedAsync(town);
    }

    private static async Task<Town> BuildAsync(PostgresServer server, SmallDisk disk)
    {
        var database = await server.CreateDatabaseAsync("full", null, CancellationToken.None);
        await using (var source = NpgsqlDataSource.Create(server.AdminConnectionString("postgres") + ";Pooling=false"))
        await using (var connection = await source.OpenConnectionAsync())
        {
            await connection.ExecuteAsync($"CREATE TABLESPACE small LOCATION '{disk.Folder}'");
            await connection.ExecuteAsync($"ALTER DATABASE {database} SET TABLESPACE small");
        }
        await Town.MigrateAsync(server, database, CancellationToken.None);
        return await Town.StartAsync(new TownOptions { Scale = 0.02 }, server, database, CancellationToken.None);
    }

    // As the tables stand: what the bank was asked to do is there, at least as often.
    private static async Task AssertIntendedAsync(Town town)
    {
        foreach (
            var (step, kind) in new[]
            {
                ("create", BankEventKind.Created),
                ("start", BankEventKind.Started),
                ("confirm", BankEventKind.Confirmed),
            }
        )
        {
            // Counted first: an intent that is committed meanwhile only adds to the other side.
            var arrived = town.Bank.Events.Count(kind);
            var intended = await ScalarAsync<long>(
                town,
                $"SELECT coalesce(sum(sends), 0) FROM payouts.bank_call WHERE step = '{step}'"
            );
            Assert.That(intended, Is.GreaterThanOrEqualTo(arrived), step);
        }
    }

    private static async Task InsertAsync(Town town, int first, int count)
    {
        await using var connection = await town.Erp.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            INSERT INTO payouts.outbox (erp_key, method, amount, sender_account, recipient_name, recipient_account,
                                        recipient_bik, purpose)
            SELECT 'full-' || i, 'account', 1000 + i, @sender, 'Petrov Petr', '408178106' || lpad(i::text, 11, '0'),
                   '044525974', 'Fee. VAT exempt'
            FROM generate_series(@first, @last) AS i
            """,
            new
            {
                sender = Town.Sender,
                first,
                last = first + count - 1,
            }
        );
    }

    private static async Task<T> ScalarAsync<T>(Town town, string sql)
    {
        await using var connection = await town.Admin.OpenConnectionAsync();
        return (await connection.ExecuteScalarAsync<T>(sql))!;
    }
}
