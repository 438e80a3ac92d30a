using System.CommandLine;
using PayoutWorker.Lab.Chaos;

namespace PayoutWorker.Lab.Verbs;

/// <summary><c>chaos</c>: kill and stop the parts of a running system, and open the bank's ledger at the end.</summary>
internal static class ChaosVerb
{
    public static Command Create()
    {
        var minutes = new Option<double>("--minutes")
        {
            Description = "How long the blows fall; then it waits until every payout is at rest",
            DefaultValueFactory = _ => 2,
        };
        minutes.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (>= 0.1 and <= 720))
                result.AddError("expected --minutes to be between 0.1 and 720");
        });
        var seed = new Option<int>("--seed")
        {
            Description = "The same seed, the same payouts and blows; how they overlap is up to the machine",
            DefaultValueFactory = _ => 1,
        };
        var workers = Whole("--workers", "How many workers", 3, 1, 8);
        var payouts = Whole("--payouts", "How many payouts a minute", 1_500, 10, 60_000);
        var logs = new Option<string?>("--logs") { Description = "A folder to copy the workers' logs to at the end" };
        var yes = new Option<bool>("--yes") { Description = "Install PostgreSQL if it is missing (root, apt-get)" };
        var command = new Command(
            "chaos",
            "Kill and stop the parts of a running system, then judge by the bank's ledger"
        )
        {
            minutes,
            seed,
            workers,
            payouts,
            logs,
            yes,
        };
        command.SetAction(
            (parsed, token) =>
            {
                var storm = TimeSpan.FromMinutes(parsed.GetValue(minutes));
                return RunAsync(
                    new ChaosOptions(
                        storm,
                        parsed.GetValue(seed),
                        parsed.GetValue(workers),
                        (int)(storm.TotalMinutes * parsed.GetValue(payouts))
                    )
                    {
                        LogFolder = parsed.GetValue(logs),
                        AllowInstall = parsed.GetValue(yes) || Environment.IsPrivilegedProcess,
                    },
                    token
                );
            }
        );
        return command;
    }

    private static async Task<int> RunAsync(ChaosOptions options, CancellationToken cancellationToken)
    {
        var run = new ChaosRun(options, Console.Out, TimeProvider.System);
        var verdict = await run.RunAsync(cancellationToken);
        foreach (var line in ChaosReport.Lines(run.Tally, verdict))
            await Console.Out.WriteLineAsync(line);
        return verdict.IsRight ? 0 : 1;
    }

    private static Option<int> Whole(string name, string description, int standard, int least, int most)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => standard };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var value && (value < least || value > most))
                result.AddError($"expected {name} to be between {least} and {most}");
        });
        return option;
    }
}
