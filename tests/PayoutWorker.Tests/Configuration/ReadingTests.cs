using PayoutWorker.Host;
using PayoutWorker.Host.Configuration;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Host.Run;
using PayoutWorker.Host.Verbs;
using PayoutWorker.Payouts;
using PayoutWorker.Tests.Support;
using Route = PayoutWorker.Projects.Route;

namespace PayoutWorker.Tests.Configuration;

internal sealed class ReadingTests
{
    private KeyFolder _keys = null!;

    [OneTimeSetUp]
    public void MakeKeys() => _keys = new KeyFolder();

    [OneTimeTearDown]
    public void DropKeys() => _keys.Dispose();

    [TestCase("20 s", 20_000)]
    [TestCase("250ms", 250)]
    [TestCase("1.5 h", 5_400_000)]
    [TestCase("5 min", 300_000)]
    [TestCase("5 m", 300_000)]
    [TestCase("3 d", 259_200_000)]
    [TestCase("00:00:20", 20_000)]
    [TestCase("1.00:00:00", 86_400_000)]
    public void Durations_are_read(string text, long milliseconds) =>
        Assert.That(Duration.Parse(text), Is.EqualTo(TimeSpan.FromMilliseconds(milliseconds)));

    [TestCase("20")]
    [TestCase("s")]
    [TestCase("1e99 d")]
    [TestCase("NaN s")]
    [TestCase("20 sec")]
    public void What_is_no_duration_is_refused(string text) => Assert.That(Duration.Parse(text), Is.Null);

    [Test]
    public void Every_kind_of_value_arrives()
    {
        var values = Sample.Good(_keys);
        values["timings:polls:0"] = "1 s";
        values["Timings:Polls:1"] = "2 s";
        values["Worker:Name"] = "w1";
        values["Breaker:FailureRatio"] = "0.25";
        values["Log:Levels:PayoutWorker.Driving"] = "debug";
        values["Bank:Projects:0:SenderAccounts"] = "40702810000000000001, 40702810000000000002";
        values["Guard:SenderBik"] = "none";

        var (configuration, findings) = Sample.Read(values);

        Assert.That(findings.Problems, Is.Empty);
        Assert.That(
            configuration.Timings.Polls,
            Is.EqualTo(new[] { TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2) })
        );
        Assert.That(configuration.Worker.Name, Is.EqualTo("w1"));
        Assert.That(configuration.Breaker.FailureRatio, Is.EqualTo(0.25));
        Assert.That(configuration.Log.Levels["PayoutWorker.Driving"].ToString(), Is.EqualTo("Debug"));
        Assert.That(configuration.Bank.Projects[0].SenderAccounts, Has.Count.EqualTo(2));
        Assert.That(Policies.Of(configuration).Guard.SenderBik, Is.Null);
    }

    [Test]
    public void Routes_come_from_methods_and_sender_accounts()
    {
        ProjectSettings[] projects =
        [
            new()
            {
                Name = "a",
                Methods = [Method.Account],
                SenderAccounts = ["1", "2"],
            },
            new() { Name = "b", Methods = [Method.Account, Method.Card] },
        ];

        Assert.That(
            Routes.Of(projects),
            Is.EquivalentTo(
                new Route[]
                {
                    new(Method.Account, "1", "a"),
                    new(Method.Account, "2", "a"),
                    new(Method.Account, null, "b"),
                    new(Method.Card, null, "b"),
                }
            )
        );
    }

    [Test]
    public void The_effective_configuration_shows_no_secret()
    {
        var values = Sample.Good(_keys);
        values["Database:ConnectionString"] = "Host=db;Username=u;Password=geheim";
        values["Database:MigratorConnectionString"] = "Host=db;Username=m;pwd=auch geheim";

        var (configuration, findings) = Sample.Read(values);
        var lines = EffectiveConfiguration.Lines(configuration).Select(line => $"{line.Key} = {line.Value}").ToArray();

        Assert.That(findings.Problems, Is.Empty);
        Assert.That(string.Join('\n', lines), Does.Not.Contain("geheim"));
        Assert.That(lines, Has.Some.Contains("Host=db").And.Some.Contains("Password=***"));
        Assert.That(lines, Has.Member("Timings:Lease = 1 min").And.Member("Bank:Projects:0:Name = rko"));
    }

    [Test]
    public void A_problem_with_a_connection_string_does_not_show_it()
    {
        var values = Sample.Good(_keys);
        values["Database:ConnectionString"] = "Host=db;Pasword=geheim";

        Assert.That(Sample.Problems(values), Does.Contain("Database:ConnectionString").And.Not.Contain("geheim"));
        var lines = EffectiveConfiguration.Lines(Sample.Read(values).Configuration);
        Assert.That(string.Join('\n', lines), Does.Not.Contain("geheim"));
    }

    [Test]
    public void A_file_that_is_not_there_or_no_JSON_is_a_problem_among_others()
    {
        var (_, missing) = ConfigurationReader.Read(Path.Combine(_keys.Path, "none.json"));
        Assert.That(
            missing.Problems.Select(problem => problem.Path),
            Has.Member("--config").And.Member("Bank:Projects")
        );

        var broken = _keys.Write("broken.json", "{ \"Bank\": ");
        var (_, findings) = ConfigurationReader.Read(broken);
        Assert.That(findings.Problems.Select(problem => problem.Path), Has.Member("--config"));
    }

    [Test]
    public void The_file_wins_over_the_defaults_and_the_environment_over_the_file()
    {
        var file = _keys.Write("own.json", """{ "Worker": { "Name": "file", "MaxCalls": 7 } }""");
        Environment.SetEnvironmentVariable("PAYOUTS_Worker__Name", "environment");
        try
        {
            var (configuration, _) = ConfigurationReader.Read(file);
            Assert.That(configuration.Worker.MaxCalls, Is.EqualTo(7));
            Assert.That(configuration.Worker.Name, Is.EqualTo("environment"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("PAYOUTS_Worker__Name", null);
        }
    }

    [Test]
    public void Shipped_defaults_are_the_defaults_of_the_code()
    {
        var (shipped, findings) = ConfigurationReader.Read(null);

        Assert.That(
            findings.Problems.Where(problem => problem.Found.Contains("unknown", StringComparison.Ordinal)),
            Is.Empty
        );
        Assert.That(
            EffectiveConfiguration.Lines(shipped),
            Is.EqualTo(EffectiveConfiguration.Lines(new WorkerConfiguration()))
        );
    }

    [Test]
    public async Task Run_with_problems_ends_with_2_and_one_message()
    {
        var (before, error) = (Console.Error, new StringWriter());
        Console.SetError(error);
        try
        {
            var code = await CommandLine.RunAsync(["run"]);
            Assert.That(code, Is.EqualTo(ExitCode.CannotStart));
        }
        finally
        {
            Console.SetError(before);
        }
        Assert.That(
            error.ToString(),
            Does.StartWith("PayoutWorker: the configuration has").And.Contain("Bank:Projects")
        );
        Assert.That(error.ToString(), Does.Not.Contain("   at "));
    }
}
