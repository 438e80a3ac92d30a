using System.CommandLine;
using PayoutWorker.Host.Configuration;
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
            options.Only,
        };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var (configuration, findings) = options.Read(parsed);
                if (findings.Problems.Count > 0)
                    throw new StartException(CommonOptions.Text(findings.Problems));
                if (parsed.GetValue(options.LogFormat) is { } format)
                    configuration.Log.Format = format;
                var only = parsed.GetValue(options.Only);
                await (
                    only == RunOnly.Webhook
                        ? WebhookRun.RunAsync(configuration, findings, cancellationToken)
                        : WorkerRun.RunAsync(configuration, findings, only is null, cancellationToken)
                );
                return ExitCode.Ok;
            }
        );
        return command;
    }
}
