using System.Net;
using Bank131.Simulator;
using Npgsql;
using PayoutWorker.Host.Admin;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.IntegrationTests.Schedulers;

[Parallelizable(ParallelScope.Self)]
internal sealed class HangfireSchedulerTests : SchedulerContract
{
    private const string Password = "a long password";

    protected override string Setting => "Hangfire";
    protected override string Name => "hangfire";

    [TestCase("DROP SCHEMA hangfire CASCADE")]
    [TestCase("REVOKE ALL ON SCHEMA hangfire FROM payouts_worker")]
    public async Task Payouts_go_on_without_its_tables_and_it_comes_back_with_them(string loss)
    {
        await using var town = await StartAsync(workers: 1);
        var confirmed = town.Bank.Events.WaitForAsync(
            e => e is { Kind: BankEventKind.Confirmed, Count: 50 },
            Patience,
            CancellationToken.None
        );
        await InsertAsync(town, 300);
        await confirmed;
        await ExecuteAsync(town, loss);
        await AllPaidAsync(town, 300);
        await InsertAsync(town, 20);
        await AllPaidAsync(town, 320);
        await AlarmAsync(town);

        await Town.MigrateAsync(Cluster.Server, town.Database, CancellationToken.None);
        var since = await ScalarAsync<DateTime>(town, "SELECT now()");
        var paid = 320;
        await UntilAsync(
            "a drive job to show what it drove",
            async () =>
            {
                await InsertAsync(town, 1);
                await AllPaidAsync(town, ++paid);
                // A job goes on while there is news, and shows what it did when it has ended.
                await Task.Delay(TimeSpan.FromSeconds(1));
                return await SucceededAsync(town, "DriveAsync", "%payout%: %id%", since) > 0;
            }
        );
        await RunsAsync(town, Name);
        Assert.That(town.Workers[0].Process.HasExited, Is.False, "it went on by itself");
    }

    [Test]
    public async Task A_worker_starts_without_its_tables_and_says_so()
    {
        var database = await Cluster.NewDatabaseAsync();
        await using (var admin = NpgsqlDataSource.Create(Cluster.Server.AdminConnectionString(database)))
        await using (var drop = admin.CreateCommand("DROP SCHEMA hangfire CASCADE"))
            await drop.ExecuteNonQueryAsync();
        await using var town = await StartAsync(database, workers: 1);
        await InsertAsync(town, 20);
        await AllPaidAsync(town, 20);
        await AlarmAsync(town);
        await RunsAsync(town, "built-in (Hangfire's tables are missing: run 'migrate')");
    }

    [Test]
    public async Task A_payout_that_went_wrong_has_a_job_of_its_own()
    {
        await using var town = await StartAsync(workers: 1);
        await InsertAsync(town, 3);
        await ExecuteAsync(
            town,
            $"""
            INSERT INTO payouts.outbox (erp_key, method, amount, sender_account, recipient_name, recipient_account,
                                        recipient_bik, purpose)
            VALUES ('bad', 'account', 1000, '{Town.Sender}', 'Petrov Petr', '40817810700000000099', '1', 'Fee. VAT exempt')
            """
        );
        await AllPaidAsync(town, 3);
        await UntilAsync(
            "the job to say what is wrong",
            async () => await SucceededAsync(town, "NoteAsync", "%rejected%recipient_bik: expected 9 digits%") == 1
        );
        // What is stored with a job says which payout, and nothing about anybody.
        Assert.That(
            await ScalarAsync<long>(
                town,
                """
                SELECT count(*) FROM hangfire.job AS j LEFT JOIN hangfire.state AS s ON s.jobid = j.id
                WHERE concat(j.invocationdata, j.arguments, s.data, s.reason) ~ '4081781|Petrov|4070281|job-1'
                """
            ),
            Is.Zero
        );
        Assert.That(
            await ScalarAsync<string>(town, "SELECT DISTINCT invocationdata ->> 'Type' FROM hangfire.job"),
            Is.EqualTo("PayoutWorker.HangfireScheduling.Jobs.IPayoutJobs, PayoutWorker.Hangfire"),
            "the name is frozen: a stored job cannot run under another one"
        );
    }

    [Test]
    public async Task With_a_batch_size_of_one_each_payout_is_a_job()
    {
        await using var town = await StartAsync(workers: 1, new() { ["Worker:BatchSize"] = 1 });
        await InsertAsync(town, 30);
        await AllPaidAsync(town, 30);
        await UntilAsync(
            "a job for each create and each confirm",
            async () => await SucceededAsync(town, "DriveOneAsync", "%1 payout: 1 % · id %") >= 60
        );
        Assert.That(await SucceededAsync(town, "DriveAsync", "%"), Is.Zero);
        Assert.That(await SucceededAsync(town, "DriveOneAsync", "%payouts%"), Is.Zero, "jobs that took more than one");
    }

    [Test]
    public async Task A_broken_job_says_why_in_one_line_and_is_not_retried()
    {
        await using var town = await StartAsync(workers: 1);
        await ExecuteAsync(town, "ALTER VIEW payouts.status RENAME TO elsewhere");
        await ExecuteAsync(
            town,
            $"""
            INSERT INTO payouts.outbox (erp_key, method, amount, sender_account, recipient_name, recipient_account,
                                        recipient_bik, purpose)
            VALUES ('bad', 'account', 1000, '{Town.Sender}', 'Petrov Petr', '40817810700000000099', '1', 'Fee. VAT exempt')
            """
        );
        await UntilAsync(
            "the job to fail for good",
            async () =>
                await ScalarAsync<long>(town, "SELECT count(*) FROM hangfire.job WHERE statename = 'Failed'") == 1
        );
        var details = await ScalarAsync<string>(
            town,
            "SELECT data ->> 'ExceptionDetails' FROM hangfire.state WHERE name = 'Failed'"
        );
        Assert.That(details, Does.Contain("JobFailedException: PostgreSQL refused a statement with code 42P01."));
        Assert.That(details.Trim().Split('\n'), Has.Length.LessThanOrEqualTo(2));

        // Days later it is forgotten.
        await ExecuteAsync(
            town,
            """
            UPDATE hangfire.state
            SET data = jsonb_set(
                data,
                '{FailedAt}',
                to_jsonb((extract(epoch FROM now() - interval '4 days') * 1000)::bigint::text)
            )
            WHERE name = 'Failed'
            """
        );
        await UntilAsync(
            "the job to be forgotten",
            async () =>
                await ScalarAsync<long>(
                    town,
                    "SELECT count(*) FROM hangfire.job WHERE statename = 'Failed' AND expireat IS NULL"
                ) == 0
        );
    }

    [Test]
    public async Task Stuck_payouts_are_named_and_deadlines_watched_each_minute()
    {
        await using var town = await StartAsync(
            workers: 1,
            delays: new BankDelays { Check = TimeSpan.FromHours(10), Pay = TimeSpan.Zero }
        );
        await InsertAsync(town, 1);
        await UntilAsync(
            "the payout to wait for the bank",
            async () => await ScalarAsync<string>(town, "SELECT state FROM payouts.work") == "started"
        );
        await ExecuteAsync(town, "UPDATE payouts.work SET state_since = now() - interval '1 hour'");
        await UntilAsync(
            "the job to name it",
            async () => await SucceededAsync(town, "AskStuckAsync", "%; stuck: payout % is started since %") > 0
        );
        await UntilAsync(
            "the deadlines to be watched",
            async () => await SucceededAsync(town, "WatchAsync", "%no deadline is near%") > 0
        );
    }

    [Test]
    public async Task The_dashboard_is_for_those_who_signed_in_and_changes_nothing()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, PasswordHash.Of(Password).ToString());
        try
        {
            await using var town = await StartAsync(
                workers: 1,
                new() { ["Admin:Users"] = new[] { new { Name = "anna", PasswordFile = file } } }
            );
            await InsertAsync(town, 3);
            await AllPaidAsync(town, 3);
            using var stranger = new PagesVisitor(town.Workers[0].Webhook);
            Assert.That((await stranger.GetAsync("/hangfire")).Status, Is.EqualTo(HttpStatusCode.NotFound));
            using var anna = new PagesVisitor(town.Workers[0].Admin);
            Assert.That((await anna.GetAsync("/hangfire")).Status, Is.EqualTo(HttpStatusCode.Redirect));
            Assert.That(await anna.SignInAsync("anna", "a wrong password"), Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That((await anna.GetAsync("/hangfire")).Status, Is.EqualTo(HttpStatusCode.Redirect));
            Assert.That(await anna.SignInAsync("anna", Password), Is.EqualTo(HttpStatusCode.SeeOther));
            var (status, page) = await anna.GetAsync("/hangfire");
            Assert.That(
                (status, page.Contains("Waiting for the bank", StringComparison.Ordinal)),
                Is.EqualTo((HttpStatusCode.OK, true))
            );
            Assert.That(page, Does.Contain("Stuck").And.Contain("Paid today").And.Contain("href=\"/ops\""));
            Assert.That(
                (await anna.GetAsync("/hangfire/jobs/succeeded")).Page,
                Does.Contain("Drive payouts that are due")
                    .And.Not.Contains("data-url=\"/hangfire/jobs/succeeded/requeue")
            );
            Assert.That(
                (await anna.PostAsync("/hangfire/recurring/remove", "/ops")).Status,
                Is.EqualTo(HttpStatusCode.Unauthorized).Or.EqualTo(HttpStatusCode.Forbidden)
            );
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Test]
    public async Task Without_a_user_there_is_no_dashboard()
    {
        await using var town = await StartAsync(workers: 1);
        using var anna = new PagesVisitor(town.Workers[0].Admin);
        Assert.That((await anna.GetAsync("/hangfire")).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    private static Task RunsAsync(Town town, string scheduler) =>
        UntilAsync(
            $"the jobs to run on: {scheduler}",
            async () => await ScalarAsync<string>(town, "SELECT scheduler FROM payouts.node") == scheduler
        );

    private static Task AlarmAsync(Town town) =>
        UntilAsync(
            "an alarm about Hangfire's tables",
            async () =>
                await ScalarAsync<long>(town, "SELECT count(*) FROM payouts.alarm WHERE kind = 'hangfire_storage'") == 1
        );

    private static Task<long> SucceededAsync(Town town, string method, string result, DateTime since = default) =>
        ScalarAsync<long>(
            town,
            """
            SELECT count(*) FROM hangfire.job AS j JOIN hangfire.state AS s ON s.id = j.stateid
            WHERE j.statename = 'Succeeded' AND j.invocationdata ->> 'Method' = @method AND s.data ->> 'Result' LIKE @result
              AND j.createdat > @since
            """,
            new
            {
                method,
                result,
                since = since == default ? DateTime.UnixEpoch : since,
            }
        );
}
