using System.CommandLine;

namespace PayoutWorker.Lab.Verbs;

/// <summary>Every verb of Lab, in the order of the help. A new verb is a class beside this one and a line here.</summary>
internal static class VerbList
{
    public static IReadOnlyList<Command> All() => [TestVerb.Create(), PostgresVerb.Create(), HoldVerb.Create()];
}
