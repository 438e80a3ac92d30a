using System.Text.RegularExpressions;
using PayoutWorker.Lab;

namespace PayoutWorker.IntegrationTests.Docs;

/// <summary>A Markdown page of the repository.</summary>
internal sealed partial class DocsPage(string path)
{
    public string Text { get; } = File.ReadAllText(Path.Combine(RepositoryRoot.Find(), path));

    /// <summary>The blocks marked as SQL, in their order.</summary>
    public IReadOnlyList<string> Sql => [.. SqlBlock().Matches(Text).Select(m => m.Groups[1].Value)];

    /// <summary>What stands in the first column of the section's table, where it is code.</summary>
    public IReadOnlyList<string> FirstColumn(string heading)
    {
        var section = Text[Text.IndexOf($"\n{heading}\n", StringComparison.Ordinal)..];
        var end = section.IndexOf("\n#", heading.Length, StringComparison.Ordinal);
        return [.. Row().Matches(end < 0 ? section : section[..end]).Select(m => m.Groups[1].Value)];
    }

    [GeneratedRegex(@"^ *```sql\r?\n(.*?)^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex SqlBlock();

    [GeneratedRegex(@"^\| `(\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
