using System.Text.Json;
using Bank131.Simulator.Tests.Support;

namespace Bank131.Simulator.Tests;

internal sealed class StandaloneTests
{
    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("simulator").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task It_runs_from_a_file_says_where_and_ends_when_told()
    {
        using var stop = new CancellationTokenSource();
        using var output = new Output();
        var run = SimulatorProgram.RunAsync(
            ["--config", Config(), "--port", "0", "--scale", "0.5"],
            output,
            stop.Token
        );
        var address = await output.FirstLine.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That(address, Does.Match("^bank simulator listens on http://127.0.0.1:[1-9][0-9]*/$"));
        using (var http = new HttpClient())
            Assert.That(
                await http.GetStringAsync(address.Split(' ')[^1] + "control/ledger"),
                Does.Contain("\"count\":0")
            );
        await stop.CancelAsync();
        Assert.That(await run.WaitAsync(TimeSpan.FromSeconds(10)), Is.Zero);
    }

    [TestCase]
    [TestCase("--config")]
    [TestCase("--config", "/no/such/file")]
    [TestCase("--what", "1")]
    public async Task Wrong_arguments_end_with_2_and_the_usage(params string[] args)
    {
        using var output = new Output();
        Assert.That(await SimulatorProgram.RunAsync(args, output, CancellationToken.None), Is.EqualTo(2));
        Assert.That(output.ToString(), Does.Contain("--config FILE"));
    }

    [Test]
    public void A_misspelt_setting_is_named()
    {
        var file = Path.Combine(_folder, "bad.json");
        File.WriteAllText(file, """{"portt":1}""");
        Assert.That(
            () => SimulatorConfig.Read(file),
            Throws.TypeOf<InvalidDataException>().With.Message.Contains("portt")
        );
    }

    private string Config()
    {
        File.WriteAllText(Path.Combine(_folder, "partner.pem"), Keys.Partner.Public);
        File.WriteAllText(Path.Combine(_folder, "bank.pem"), Keys.Bank.Private);
        var config = new
        {
            bank_private_key_file = "bank.pem",
            projects = new[]
            {
                new
                {
                    partner_project = "p",
                    partner_public_key_file = "partner.pem",
                    auto_confirm = true,
                },
            },
            policies = new { second_start = "add_payout", http_statuses = new { authentication_error = 401 } },
            delays = new { check = "00:00:01" },
        };
        var file = Path.Combine(_folder, "simulator.json");
        File.WriteAllText(file, JsonSerializer.Serialize(config));
        return file;
    }

    private sealed class Output : StringWriter
    {
        public TaskCompletionSource<string> FirstLine { get; } = new();

        public override async Task WriteLineAsync(string? value)
        {
            await base.WriteLineAsync(value);
            FirstLine.TrySetResult(value!);
        }
    }
}
