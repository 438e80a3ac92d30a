using PayoutWorker.Host;
using PayoutWorker.Host.Verbs;
using PayoutWorker.Tests.Support;

namespace PayoutWorker.Tests.Verbs;

/// <summary>What the program prints and how it ends. The console is shared, so these do not run side by side.</summary>
[NonParallelizable]
internal sealed class VerbsTests
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private (TextWriter Output, TextWriter Error, TextReader Input) _console;

    [SetUp]
    public void TakeConsole()
    {
        _console = (Console.Out, Console.Error, Console.In);
        Console.SetOut(_output);
        Console.SetError(_error);
    }

    [TearDown]
    public void GiveConsoleBack()
    {
        Console.SetOut(_console.Output);
        Console.SetError(_console.Error);
        Console.SetIn(_console.Input);
        _output.GetStringBuilder().Clear();
        _error.GetStringBuilder().Clear();
    }

    [Test]
    public async Task Help_names_every_verb_on_one_screen()
    {
        Assert.That(await CommandLine.RunAsync(["help"]), Is.EqualTo(ExitCode.Ok));

        var lines = _output.ToString().Split('\n');
        Assert.That(lines, Has.Length.LessThanOrEqualTo(25).And.All.Length.LessThanOrEqualTo(120));
        foreach (var verb in CommandLine.Create().Subcommands)
            Assert.That(_output.ToString(), Does.Contain($"  {verb.Name}"));
    }

    [Test]
    public async Task Check_config_with_problems_ends_with_1()
    {
        Assert.That(await CommandLine.RunAsync(["check-config"]), Is.EqualTo(ExitCode.CheckFailed));
        Assert.That(_error.ToString(), Does.Contain("problem: Bank:Projects").And.Contain("problem: Bank:PublicKeys"));
    }

    [Test]
    public async Task Check_config_without_problems_ends_with_0()
    {
        using var keys = new KeyFolder();
        var file = keys.Write(
            "good.json",
            $$"""
            {
              "Database": { "ConnectionString": "Host=127.0.0.1;Port=1;Username=payouts_worker;Timeout=1" },
              "Bank": {
                "PublicKeys": [{ "Id": "k", "File": "{{keys.Public}}" }],
                "Projects": [
                  { "Name": "a", "PartnerProject": "p", "PrivateKeyFile": "{{keys.Private}}", "Methods": "account" }
                ]
              }
            }
            """
        );

        Assert.That(await CommandLine.RunAsync(["check-config", "--config", file]), Is.EqualTo(ExitCode.Ok));
        // The database is only asked when that is wanted, and what it says is one problem more.
        Assert.That(
            await CommandLine.RunAsync(["check-config", "--config", file, "--database"]),
            Is.EqualTo(ExitCode.CheckFailed)
        );
        Assert.That(_error.ToString(), Does.StartWith("problem: database: the database cannot be reached"));
    }

    [Test]
    public async Task Run_and_migrate_without_a_database_end_with_2_and_one_message()
    {
        using var keys = new KeyFolder();
        var file = keys.Write(
            "migrate.json",
            """{ "Database": { "MigratorConnectionString": "Host=127.0.0.1;Port=1;Timeout=1" } }"""
        );

        Assert.That(await CommandLine.RunAsync(["migrate", "--config", file]), Is.EqualTo(ExitCode.CannotStart));
        Assert.That(_error.ToString(), Does.StartWith("PayoutWorker: the database cannot be reached"));
        Assert.That(_error.ToString().Trim().Split('\n'), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Health_of_nobody_ends_with_1()
    {
        var code = await CommandLine.RunAsync(["health", "--url", "http://127.0.0.1:1"]);
        Assert.That(code, Is.EqualTo(ExitCode.CheckFailed));
        Assert.That(_error.ToString(), Does.Contain("no worker answers at http://127.0.0.1:1"));
    }

    [Test]
    public async Task Keys_and_cards_go_through_the_command_line()
    {
        using var keys = new KeyFolder();
        string[] pair = ["--environment", "live", "--out", keys.Path, "--name", "two"];
        Assert.That(await CommandLine.RunAsync(["keys", "new-sealing", .. pair]), Is.EqualTo(ExitCode.Ok));
        Assert.That(await CommandLine.RunAsync(["keys", "new", .. pair]), Is.EqualTo(ExitCode.CheckFailed));
        Assert.That(_error.ToString(), Does.Contain("Keys are never overwritten"));

        var publicKey = Path.Combine(keys.Path, "two.public.pem");
        Assert.That(await CommandLine.RunAsync(["keys", "show", publicKey]), Is.EqualTo(ExitCode.Ok));
        Assert.That(_output.ToString(), Does.Contain("RSA 2048, public, for live, fingerprint"));

        Console.SetIn(new StringReader("2200700142697101\n"));
        var code = await CommandLine.RunAsync(["seal-card", "--key", publicKey, "--erp-key", "e"]);
        Assert.That(code, Is.EqualTo(ExitCode.Ok));
        Assert.That(_output.ToString(), Does.Match(@"decode\('[0-9a-f]{512}', 'hex'\)").And.Contain("'7101'"));
    }

    [Test]
    public async Task A_wrong_command_line_ends_with_1() =>
        Assert.That(await CommandLine.RunAsync(["rnu"]), Is.EqualTo(ExitCode.CheckFailed));
}
