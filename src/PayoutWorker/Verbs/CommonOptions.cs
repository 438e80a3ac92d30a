using System.CommandLine;
using PayoutWorker.Host.Configuration;
using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Verbs;

/// <summary>Options that several verbs take.</summary>
internal sealed class CommonOptions
{
    public Option<string?> Config { get; } =
        new("--config") { Description = "a JSON file over the shipped appsettings.json", HelpName = "FILE" };

    public Option<LogFormat?> LogFormat { get; } = new("--log") { Description = "format of log lines: json or simple" };

    public Option<RunOnly?> Only { get; } =
        new("--only")
        {
            Description = "a part of it: worker (no webhook listener) or webhook (no jobs, no keys)",
            HelpName = "worker|webhook",
        };

    /// <summary>The configuration with its problems.</summary>
    public (WorkerConfiguration Configuration, Findings Findings) Read(ParseResult parsed) =>
        ConfigurationReader.Read(parsed.GetValue(Config), parsed.GetValue(Only));

    /// <summary>One message for all problems.</summary>
    public static string Text(IReadOnlyCollection<Problem> problems) =>
        $"the configuration has {problems.Count} problem(s):\n"
        + string.Join('\n', problems.Select(problem => $"  {problem}"))
        + $"\nAs an environment variable Section:Key is {ConfigurationReader.EnvironmentPrefix}Section__Key.";
}
