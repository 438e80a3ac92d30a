using System.CommandLine;

namespace PayoutWorker.Host.Verbs;

/// <summary>The verbs of the program, and the one place where failures become a message and an exit code.</summary>
internal static class CommandLine
{
    public static RootCommand Create() =>
        new("PayoutWorker: pays the rows of payouts.outbox through Bank 131.")
        {
            RunVerb.Create(),
            MigrateVerb.Create(),
            CheckConfigVerb.Create(),
            HealthVerb.Create(),
            ReconcileVerb.Create(),
            ExportVerb.Create(),
            VerifyAuditVerb.Create(),
            EvidenceVerb.Create(),
            KeysVerb.Create(),
            SealCardVerb.Create(),
            HashPasswordVerb.Create(),
            HelpVerb.Create(),
        };

    public static async Task<int> RunAsync(string[] arguments)
    {
        var parsed = Create().Parse(arguments);
        var invocation = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            // The host stops on signals by itself; a limit here would cut off calls under way after two seconds.
            ProcessTerminationTimeout = null,
        };
        try
        {
            return await parsed.InvokeAsync(invocation);
        }
        catch (StartException e)
        {
            await Console.Error.WriteLineAsync($"PayoutWorker: {e.Message}");
            return e.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.CannotStart;
        }
        catch (Exception e)
        {
            // Nobody foresaw it; its kind and message are what a person can search for.
            await Console.Error.WriteLineAsync($"PayoutWorker: {e.GetType().Name}: {e.Message}");
            return ExitCode.CannotStart;
        }
    }
}
