using System.CommandLine;
using Bank131.Simulator;

namespace PayoutWorker.Lab.Verbs;

/// <summary><c>simulator</c>: the simulated bank alone, from a configuration file.</summary>
internal static class SimulatorVerb
{
    public static Command Create()
    {
        var command = new Command("simulator", "Run the simulated bank: --config FILE [--port N] [--scale X]")
        {
            // The bank's program knows its own arguments.
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction(
            (parsed, token) => SimulatorProgram.RunAsync([.. parsed.UnmatchedTokens], Console.Out, token)
        );
        return command;
    }
}
