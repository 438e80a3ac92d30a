namespace PayoutWorker.Lab.Testing;

/// <summary>
/// The code that decides about money is tested branch for branch: the decision and its guard, what an answer of the
/// bank means, signatures.
/// </summary>
internal static class CoverageCheck
{
    /// <summary>The projects whose tests have to do it: pure and fast, without simulation or database.</summary>
    public static IReadOnlyList<string> Projects { get; } = ["PayoutWorker.Core.Tests", "Bank131.Tests"];

    /// <summary>Folders, with a slash at the end, and files.</summary>
    public static IReadOnlyList<string> Scope { get; } =
    [
        "src/PayoutWorker.Core/Decisions/",
        "src/Bank131/Signing/",
        "src/Bank131/Client/AnswerReader.cs",
        "src/Bank131/Client/BankAnswer.cs",
    ];

    /// <summary>One line for each file of the scope, and what is missing; a part that nobody measured is missing too.</summary>
    public static IReadOnlyList<FileCoverage> Of(IReadOnlyList<CoveredLine> lines)
    {
        var files = lines
            .Select(line => (Line: line, Name: NameOf(line.File)))
            .Where(one => one.Name is not null)
            .GroupBy(one => one.Name!)
            .OrderBy(file => file.Key, StringComparer.Ordinal)
            .Select(file => new FileCoverage(
                file.Key,
                file.Sum(one => one.Line.Taken),
                file.Sum(one => one.Line.Branches),
                [.. file.Where(one => one.Line.Taken < one.Line.Branches).Select(one => one.Line.Number).Order()]
            ))
            .ToArray();
        var unseen = Scope.Where(part => !files.Any(file => file.Name.StartsWith(part, StringComparison.Ordinal)));
        return [.. files, .. unseen.Select(part => new FileCoverage(part, 0, 1, []))];
    }

    private static string? NameOf(string file) =>
        Scope
            .Select(part => file.IndexOf("/" + part, StringComparison.Ordinal))
            .Where(at => at >= 0)
            .Select(at => file[(at + 1)..])
            .FirstOrDefault(name => !name.Contains("/obj/", StringComparison.Ordinal));
}

/// <param name="Missing">Line numbers.</param>
internal sealed record FileCoverage(string Name, int Taken, int Branches, IReadOnlyList<int> Missing)
{
    public bool IsWhole => Taken == Branches;
}
