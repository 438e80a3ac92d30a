using System.CommandLine;
using PayoutWorker.Lab.Demo;
using Spectre.Console;

namespace PayoutWorker.Lab.Verbs;

/// <summary><c>demo</c>: database, bank and worker together, with nothing to set up.</summary>
internal static class DemoVerb
{
    public static Command Create()
    {
        var payouts = new Option<int>("--payouts") { Description = "How many payouts", DefaultValueFactory = _ => 100 };
        payouts.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 100_000)
                result.AddError("expected --payouts to be between 1 and 100000");
        });
        var seed = new Option<int>("--seed")
        {
            Description = "The same seed, the same payouts",
            DefaultValueFactory = _ => 1,
        };
        var stay = new Option<bool>("--stay") { Description = "Keep everything running at the end, until Ctrl-C" };
        var yes = new Option<bool>("--yes") { Description = "Install PostgreSQL if it is missing (root, apt-get)" };
        var command = new Command("demo", "Database, bank and worker together, with nothing to set up")
        {
            payouts,
            seed,
            stay,
            yes,
        };
        command.SetAction(
            (parsed, token) =>
            {
                var options = new DemoOptions(
                    parsed.GetValue(payouts),
                    parsed.GetValue(seed),
                    parsed.GetValue(stay),
                    parsed.GetValue(yes) || Environment.IsPrivilegedProcess,
                    TimeSpan.FromMinutes(5)
                );
                return new DemoRun(options, Console(), TimeProvider.System).RunAsync(token);
            }
        );
        return command;
    }

    // Colours and a moving bar only for a person at a terminal.
    private static IAnsiConsole Console() =>
        System.Console.IsOutputRedirected
            ? AnsiConsole.Create(
                new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors }
            )
            : AnsiConsole.Console;
}
