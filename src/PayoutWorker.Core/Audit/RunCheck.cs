using System.Globalization;
using System.Security.Cryptography;

namespace PayoutWorker.Audit;

/// <summary>Checks the sealer's runs and the roots of days, one run after the other.</summary>
internal sealed class RunCheck(AuditTally tally, Action<Finding> report)
{
    private RunRow? _before;

    /// <param name="run">The next in order; the first may be one from the middle, whose own chain is then not checked.</param>
    /// <param name="isContext">Only to compare the next one with.</param>
    public void Check(RunRow run, bool isContext = false)
    {
        var previous = _before;
        _before = run;
        if (isContext)
            return;
        tally.Runs++;
        for (var id = (previous?.Id ?? 0) + 1; id < run.Id && id < (previous?.Id ?? 0) + 1000; id++)
            Report("removed", $"run {Text(id)}");
        if (previous is not null && run.At < previous.At)
            Report("changed", $"run {Text(run.Id)} is older than the one before it");
        if (run.Seals != run.Hashes.Length / SHA256.HashSizeInBytes)
            Report(
                run.Seals > run.Hashes.Length / SHA256.HashSizeInBytes ? "removed" : "inserted",
                $"run {Text(run.Id)} made {run.Seals} seals, and has {run.Hashes.Length / SHA256.HashSizeInBytes}"
            );
        if (!Hashes.Chained(Fields(run, previous?.Hash)).AsSpan().SequenceEqual(run.Hash))
            Report("broken", $"run {Text(run.Id)} does not fit its seals and the run before it");
    }

    public static IEnumerable<string> Fields(RunRow run, byte[]? previous) =>
        [
            "run",
            Text(run.Id),
            run.Micros,
            Hashes.Hex(previous),
            Text(run.Seals),
            Hashes.Hex(SHA256.HashData(run.Hashes)),
        ];

    /// <param name="runs">Hashes of the day's runs, one after the other.</param>
    public static IEnumerable<string> RootFields(RootRow root, byte[]? previous, byte[] runs) =>
        [
            "root",
            root.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            Hashes.Hex(previous),
            Text(root.Runs),
            Text(root.LastRun),
            Hashes.Hex(SHA256.HashData(runs)),
        ];

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private void Report(string kind, string text) => report(new Finding(kind, null, text));
}
