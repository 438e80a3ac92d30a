using Npgsql;
using PayoutWorker.IntegrationTests.Support;
using PayoutWorker.Lab;
using PayoutWorker.Lab.Examples;
using PayoutWorker.Lab.Postgres;
using PayoutWorker.Lab.Processes;

namespace PayoutWorker.IntegrationTests.Examples;

/// <summary>The examples for ERP developers, run as they stand, in the ERP's role, against a worker.</summary>
internal sealed class ExamplesTests : TownFixture
{
    private static readonly string Folder = Path.Combine(RepositoryRoot.Find(), "examples");

    [Test]
    public async Task Psql_orders_waits_and_reads_and_pays_once_though_it_is_run_twice()
    {
        for (var i = 0; i < 2; i++)
            Assert.That(
                (await RunAsync(Psql(), "psql/pay.sh"))[^1],
                Is.EqualTo("EXAMPLE-PSQL-1|paid|paid|f"),
                $"run {i + 1}"
            );
        PaidOnce("40817810400009000001", 350000);
    }

    [Test]
    public async Task Copy_loads_a_register_says_what_is_wrong_in_it_and_loads_it_once()
    {
        string[] arguments = ["-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "load.sql"];
        var first = await RunAsync(Psql(), Psql(), "copy", arguments);
        Assert.That(first, Has.Some.EqualTo("bad requisites|EXAMPLE-COPY-3|recipient_bik|99|expected 9 digits, got 8"));
        Assert.That(first, Has.Some.StartsWith("sum||40702810300200000013|470050|"));
        await WaitForAsync("EXAMPLE-COPY-1", "paid");
        await WaitForAsync("EXAMPLE-COPY-2", "paid");
        await WaitForAsync("EXAMPLE-COPY-3", "rejected");
        Assert.That((await RunAsync(Psql(), Psql(), "copy", arguments))[^1], Is.EqualTo("3|100.0|2|1|0"));
        PaidOnce("40817810400009000011", 350000);
        PaidOnce("40817810400009000012", 120050);
        NeverPaid("40817810400009000013");
    }

    [Test]
    public async Task Python_orders_and_waits_by_notifications_and_pays_once_though_it_is_run_twice()
    {
        if (await ErpClients.FindPythonAsync(CancellationToken.None) is not { } python)
        {
            Assert.Ignore($"no Python with psycopg: {ErpClients.HowToInstall}");
            return;
        }
        for (var i = 0; i < 2; i++)
            Assert.That(
                await RunAsync(python, python, "python", ["pay.py"]),
                Does.Contain("EXAMPLE-PYTHON-1: paid (paid)").And.Contain("may be paid again: False"),
                $"run {i + 1}"
            );
        PaidOnce("40817810400009000002", 350000);
    }

    [Test]
    public async Task Odbc_orders_and_reads_and_pays_once_though_it_is_run_twice()
    {
        if (!ErpClients.HasOdbc)
            Assert.Ignore($"no isql with a driver for PostgreSQL: {ErpClients.HowToInstall}");
        for (var i = 0; i < 2; i++)
            Assert.That(
                await RunAsync(Programs.Find("isql")!, "odbc/pay.sh"),
                Has.Some.StartsWith("EXAMPLE-ODBC-1|paid|paid|0"),
                $"run {i + 1}"
            );
        PaidOnce("40817810400009000003", 350000);
    }

    private static string Psql() => PostgresBinaries.Find()?.Psql ?? Programs.Find("psql")!;

    private Task<IReadOnlyList<string>> RunAsync(string client, string script) =>
        RunAsync(client, Path.Combine(Folder, script), Path.GetDirectoryName(script)!, []);

    // As the ERP's own machine would: everything about the connection comes from the environment.
    private async Task<IReadOnlyList<string>> RunAsync(string client, string program, string folder, string[] arguments)
    {
        var erp = new NpgsqlConnectionStringBuilder(Town.Server.ConnectionString(Town.Database, PostgresRoles.Erp));
        Assert.That(erp.Username, Is.EqualTo("payouts_erp"));
        using var patience = new CancellationTokenSource(Patience);
        var result = await ChildProcess.RunAsync(
            new ChildProcessOptions(program, arguments)
            {
                WorkingDirectory = Path.Combine(Folder, folder),
                Environment = new Dictionary<string, string?>
                {
                    ["PATH"] = $"{Path.GetDirectoryName(client)}:{Environment.GetEnvironmentVariable("PATH")}",
                    ["PGHOST"] = erp.Host,
                    ["PGPORT"] = $"{erp.Port}",
                    ["PGDATABASE"] = erp.Database,
                    ["PGUSER"] = erp.Username,
                    ["PGPASSWORD"] = erp.Password,
                },
            },
            patience.Token
        );
        return result.OrThrow().Output;
    }
}
