using System.CommandLine;

namespace PayoutWorker.Lab.Verbs;

/// <summary>Every verb, in the order of the help. A new one is a class beside this and a word here.</summary>
internal static class VerbList
{
    public static IReadOnlyList<Command> All() =>
        [
            DemoVerb.Create(),
            TestVerb.Create(),
            SimulateVerb.Create(),
            MatrixVerb.Create(),
            CoverageVerb.Create(),
            ChaosVerb.Create(),
            SimulatorVerb.Create(),
            PostgresVerb.Create(),
            SbomVerb.Create(),
            HoldVerb.Create(),
        ];
}
