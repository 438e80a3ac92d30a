using System.Security.Cryptography;
using Bank131.Client;
using Bank131.Signing;
using Bank131.Simulator;
using Dapper;
using Npgsql;
using PayoutWorker.Decisions;
using PayoutWorker.IntegrationTests.Support;
using PayoutWorker.Lab.Postgres;
using PayoutWorker.Payouts;
using PayoutWorker.Projects;

namespace PayoutWorker.IntegrationTests;

internal sealed class SliceTests
{
    [Test]
    public async Task An_inserted_account_row_is_paid()
    {
        using var our = RSA.Create(2048);
        using var theirs = RSA.Create(2048);
        var port = 18099;
        var db = await Cluster.NewDatabaseAsync();
        await using var sim = await BankSimulator.StartAsync(
            new SimulatorOptions
            {
                BankPrivateKeyPem = theirs.ExportPkcs8PrivateKeyPem(),
                Scale = 0.05,
                Projects = [new SimulatedProject("rko", our.ExportSubjectPublicKeyInfoPem(), false, new Uri($"http://127.0.0.1:{port}/webhooks/bank131"))],
            },
            default
        );
        var policy = new Policy
        {
            Timings = new Timings().Scale(0.05),
            Projects = new Dictionary<string, ProjectPolicy> { ["main"] = new(false) },
        };
        await using var worker = await TestWorker.StartAsync(
            Cluster.Server.ConnectionString(db, PostgresRoles.Worker),
            "w1",
            port,
            sim.BaseAddress,
            policy,
            [new BankProject("main", "rko", SigningKey.FromPem(our.ExportPkcs8PrivateKeyPem()))],
            [new Route(Method.Account, null, "main")],
            new VerifyingKeys([("k1", theirs.ExportSubjectPublicKeyInfoPem())]),
            null
        );
        await using var erp = NpgsqlDataSource.Create(Cluster.Server.ConnectionString(db, PostgresRoles.Erp));
        await using var c = await erp.OpenConnectionAsync();
        await c.ExecuteAsync(
            "INSERT INTO payouts.outbox(erp_key,method,amount,sender_account,recipient_name,recipient_account,recipient_bik,purpose) SELECT 'A-'||i,'account',350000+i,'40702810300200000013','Petrov Petr','408178104000038'||(10000+i),'044525974','Fee. VAT exempt' FROM generate_series(1,1000) i"
        );
        var sw = System.Diagnostics.Stopwatch.StartNew();
        while (sw.Elapsed < TimeSpan.FromSeconds(30))
        {
            var n = await c.ExecuteScalarAsync<long>("select count(*) from payouts.status where state='paid'");
            if (n == 1000)
                break;
            await Task.Delay(50);
        }
        TestContext.Progress.WriteLine($"{sw.Elapsed}");
        await using var adm = new NpgsqlConnection(Cluster.Server.AdminConnectionString(db));
        foreach (var r in await adm.QueryAsync("select to_state, count(*) from payouts.event group by 1"))
            TestContext.Progress.WriteLine((object)r);
        foreach (var r in await adm.QueryAsync("select * from payouts.event where payout_id=1 order by id"))
            TestContext.Progress.WriteLine((object)r);
        foreach (var r in await adm.QueryAsync("select * from payouts.alarm"))
            TestContext.Progress.WriteLine((object)r);
        Assert.That(await c.ExecuteScalarAsync<string>("select string_agg(distinct state, ',') from payouts.status"), Is.EqualTo("paid"));
        Assert.That(sim.Ledger.Count, Is.EqualTo(1000));
    }
}
