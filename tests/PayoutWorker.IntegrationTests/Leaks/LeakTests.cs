using System.Globalization;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.IntegrationTests.Support;
using PayoutWorker.Lab.Postgres;
using PayoutWorker.Lab.Processes;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.IntegrationTests.Leaks;

/// <summary>
/// Card numbers and personal data through every path, with everything logged that can be logged; afterwards nothing of
/// it stands where it should not.
/// </summary>
[NonParallelizable]
internal sealed class LeakTests : TownFixture
{
    private static readonly TownPerson Olga = new("olga", "three old trams at dawn", UserRole.Operator);

    private OtlpCatcher _otlp = null!;
    private LeakPaths _paths = null!;
    private string _log = "";
    private string _metrics = "";
    private string _dump = "";
    private string _serverLog = "";

    protected override int WorkerCount => 0;

    protected override TownOptions Options =>
        base.Options with
        {
            People = [Olga],
            WorkerSettings = new Dictionary<string, object>
            {
                ["Log:Level"] = "Trace",
                ["Log:Levels:Microsoft"] = "Trace",
                ["Log:Levels:Hangfire"] = "Trace",
                ["Telemetry:OtlpEndpoint"] = (_otlp ??= new OtlpCatcher()).Address,
                ["Telemetry:OtlpProtocol"] = "Http",
                ["Timings:InitWait"] = "00:01:00",
                // Three seconds of the town's: a card whose answer comes late is held, and its path not walked.
                ["Timings:HttpTimeout"] = "00:01:00",
                ["Timings:SendWindow"] = "00:00:30",
                ["Timings:Lease"] = "00:02:00",
                ["Timings:Quarantine"] = "00:03:00",
            },
        };

    [OneTimeSetUp]
    public async Task RunEverythingAsync()
    {
        // Every statement of the worker with its parameters, which no server in its right mind would log.
        await ScalarAsync<object>(
            $"ALTER ROLE {PostgresRoles.Worker} IN DATABASE {Town.Database} SET log_min_duration_statement = 0"
        );
        var worker = await Town.StartWorkerAsync("leaky", CancellationToken.None);
        _paths = new LeakPaths(Town, worker);
        foreach (var (key, states) in await _paths.OrderAllAsync())
            await WaitForAsync(key, states);
        await _paths.PostWebhooksAsync();
        await Poll.UntilAsync(
            "every webhook to be looked at",
            async _ => await ScalarAsync<bool>("SELECT bool_and(outcome IS NOT NULL) FROM payouts.webhook"),
            Patience,
            CancellationToken.None
        );
        await _paths.LookAtPagesAsync(Olga);
        using (var http = new HttpClient())
            _metrics = await http.GetStringAsync(new Uri(worker.Admin, "metrics"));
        await worker.StopAsync();
        _log = await File.ReadAllTextAsync(Path.Combine(Town.Folder, "leaky.log"));
        _serverLog = OfThisDatabase(Cluster.Server.LogTail(int.MaxValue));
        _dump = await DumpAsync();
    }

    [OneTimeTearDown]
    public void StopCatching() => _otlp?.Dispose();

    [Test]
    public void The_paths_were_walked_and_the_places_are_not_empty()
    {
        Assert.That(_dump, Does.Contain("COPY payouts.outbox").And.Contain("COPY payouts.alarm"));
        Assert.That(_log, Does.Contain("Microsoft.AspNetCore").And.Contain("\"LogLevel\":\"Trace\""));
        Assert.That(_metrics, Does.Contain("payouts_moves_total"));
        Assert.That(_otlp.Caught, Does.Contain("bank call"));
        if (Cluster.Server.IsPrivate)
            Assert.That(
                _serverLog,
                Does.Contain("card_number_must_be_sealed").Or.Contain("a card number must be sealed")
            );
    }

    [Test]
    public void No_card_number_stands_in_a_dump_of_the_database() => Clean(_dump, _paths.Cards);

    [Test]
    public void No_card_number_stands_in_the_log_of_the_database() => Clean(_serverLog, _paths.Cards);

    [Test]
    public void No_card_number_stands_in_logs_traces_and_metrics() =>
        Clean(_log + "\n" + _metrics + "\n" + _otlp.Caught, _paths.Cards);

    [Test]
    public void No_personal_data_stands_in_logs_traces_and_metrics()
    {
        var text = _log + "\n" + _metrics + "\n" + _otlp.Caught;
        Assert.That(_paths.Personal.Where(word => text.Contains(word, StringComparison.OrdinalIgnoreCase)), Is.Empty);
        // JSON writes such letters as their numbers.
        var escaped = _paths.Personal.Select(Escaped).Where(word => word.Contains('\\', StringComparison.Ordinal));
        Assert.That(escaped.Where(word => text.Contains(word, StringComparison.OrdinalIgnoreCase)), Is.Empty);
        Clean(text, [.. _paths.Personal.Where(word => word.Length >= 10 && word.All(char.IsAsciiDigit))]);
    }

    [Test]
    public async Task What_the_bank_told_about_people_lies_sealed()
    {
        Assert.That(
            await ScalarAsync<long>("SELECT count(*) FROM payouts.webhook WHERE substr(body, 1, 4) <> '\\xff505701'"),
            Is.Zero
        );
        Assert.That(
            await ScalarAsync<long>(
                "SELECT count(*) FROM payouts.bank_session WHERE confirm_information !~ '^pw1:' OR echo !~ '^pw1:'"
            ),
            Is.Zero
        );
        Assert.That(await ScalarAsync<long>("SELECT count(*) FROM payouts.data_key"), Is.EqualTo(1), "of one process");
    }

    [Test]
    public async Task Sealed_numbers_are_gone_where_the_payout_is_final() =>
        Assert.That(
            await ScalarAsync<long>(
                "SELECT count(*) FROM payouts.outbox WHERE sealed_card IS NOT NULL AND state IS NOT NULL AND state <> 'held'"
            ),
            Is.Zero
        );

    [Test]
    public async Task Who_was_shown_names_is_written_down() =>
        Assert.That(
            await ScalarAsync<string>(
                "SELECT string_agg(who || ' ' || what || ' ' || address, ', ' ORDER BY id) FROM payouts.personal_view"
            ),
            Does.Match("^olga payout 127.0.0.1, olga webhook [0-9]+ 127.0.0.1$")
        );

    private static void Clean(string text, IReadOnlyList<string> numbers)
    {
        var haystack = new Haystack(text);
        Assert.That(
            numbers
                .Select((number, i) => (i, number.Length, Where: haystack.Find(number)))
                .Where(found => found.Where is not null),
            Is.Empty
        );
    }

    // The server is shared by all tests. A line that begins with no time goes on with the one before it.
    private string OfThisDatabase(string log)
    {
        var kept = new System.Text.StringBuilder();
        var isOurs = false;
        foreach (var line in log.Split('\n'))
        {
            if (line.Length > 20 && char.IsAsciiDigit(line[0]) && line[4] == '-' && line[13] == ':')
                isOurs = line.Contains($"@{Town.Database} ", StringComparison.Ordinal);
            if (isOurs)
                kept.Append(line).Append('\n');
        }
        return kept.ToString();
    }

    private static string Escaped(string word) =>
        string.Concat(
            word.Select(c => c < 128 ? $"{c}" : string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"))
        );

    private async Task<string> DumpAsync()
    {
        var admin = new Npgsql.NpgsqlConnectionStringBuilder(Cluster.Server.AdminConnectionString(Town.Database));
        var file = Path.Combine(Town.Folder, "dump.sql");
        var result = await ChildProcess.RunAsync(
            new ChildProcessOptions(
                Path.Combine(Cluster.Server.BinariesFolder!, "pg_dump"),
                ["-h", admin.Host!, "-p", $"{admin.Port}", "-U", admin.Username!, "-f", file, Town.Database]
            ),
            CancellationToken.None
        );
        result.OrThrow();
        return await File.ReadAllTextAsync(file);
    }
}
