using System.CommandLine;
using PayoutWorker.Host.Run;

namespace PayoutWorker.Host.Verbs;

/// <summary><c>run</c>: the worker, until it is told to stop.</summary>
internal static class RunVerb
{
    public static Command Create()
    {
        var options = new CommonOptions();
        var command = new Command("run", "Run the worker: drive payouts, take webhooks.")
        {
            options.Config,
            options.LogFormat,
        };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var (configuration, findings) = options.Read(parsed);
                if (findings.Problems.Count > 0)
                    throw new StartException(CommonOptions.Text(findings.Problems));
                if (parsed.GetValue(options.LogFormat) is { } format)
                    configuration.Log.Format = format;
                await WorkerRun.RunAsync(configuration, findings, cancellationToken);
                return ExitCode.Ok;
            }
        );
        return command;
    }
}
