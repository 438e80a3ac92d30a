using System.Net;
using Bank131.Simulator;
using Npgsql;
using PayoutWorker.IntegrationTests.Support;
using PayoutWorker.Lab.Postgres;
using PayoutWorker.Lab.Processes;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.IntegrationTests.Processes;

/// <summary>PostgreSQL dies in the middle and comes back: nothing is sent without it, and everything goes on by itself.</summary>
internal sealed class LostDatabaseTests
{
    [Test]
    public async Task Payouts_go_on_and_webhooks_are_not_acknowledged_meanwhile()
    {
        await using var server = await PostgresServer.StartAsync(
            new PostgresServerOptions { Private = true, AllowInstall = Environment.IsPrivilegedProcess },
            CancellationToken.None
        );
        var database = await server.CreateDatabaseAsync("lost", null, CancellationToken.None);
        await Town.MigrateAsync(server, database, CancellationToken.None);
        await using var town = await Town.StartAsync(
            new TownOptions { Scale = 0.05 },
            server,
            database,
            CancellationToken.None
        );
        var worker = await town.StartWorkerAsync("worker", CancellationToken.None);
        var confirmed = town.Bank.Events.WaitForAsync(
            e => e is { Kind: BankEventKind.Confirmed, Count: 30 },
            TimeSpan.FromSeconds(60),
            CancellationToken.None
        );
        await InsertAsync(town, 100);
        await confirmed;

        await server.KillAsync(CancellationToken.None);
        Assert.That(
            await WebhookPost.StatusAsync(town, worker, "while_the_database_is_down"),
            Is.EqualTo(HttpStatusCode.ServiceUnavailable)
        );
        await server.RestartAsync(CancellationToken.None);
        NpgsqlConnection.ClearAllPools();

        await Poll.UntilAsync(
            "all payouts to be paid",
            async token =>
            {
                await using var command = town.Admin.CreateCommand(
                    "SELECT count(*) FROM payouts.outbox WHERE state = 'paid'"
                );
                return (long)(await command.ExecuteScalarAsync(token))! == 100;
            },
            TimeSpan.FromSeconds(90),
            CancellationToken.None
        );
        Assert.That(town.Bank.Ledger.Count, Is.EqualTo(100));
        Assert.That(town.Bank.Ledger.Repeated(), Is.Empty);
        Assert.That(worker.Process.HasExited, Is.False, "it went on by itself");
    }

    private static async Task InsertAsync(Town town, int count)
    {
        await using var command = town.Erp.CreateCommand(
            $"""
            INSERT INTO payouts.outbox (erp_key, method, amount, sender_account, recipient_name, recipient_account,
                                        recipient_bik, purpose)
            SELECT 'lost-' || i, 'account', 1000 + i, '{Town.Sender}', 'Petrov Petr',
                   '408178108' || lpad(i::text, 11, '0'), '044525974', 'Fee. VAT exempt'
            FROM generate_series(1, {count}) AS i
            """
        );
        await command.ExecuteNonQueryAsync();
    }
}
