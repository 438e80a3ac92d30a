using System.Text.RegularExpressions;
using PayoutWorker.Tests.Support;

namespace PayoutWorker.Tests.Docs;

/// <summary>Every link between the pages leads somewhere, to the very heading.</summary>
internal sealed partial class LinksTests
{
    [Test]
    public void Every_link_leads_to_a_file_and_a_heading_that_exist()
    {
        var root = Repository.Folder;
        string[] pages =
        [
            .. Directory.EnumerateFiles(root, "*.md"),
            .. Directory.EnumerateFiles(Path.Combine(root, "docs"), "*.md", SearchOption.AllDirectories),
        ];
        var links = pages.SelectMany(page =>
            Link().Matches(File.ReadAllText(page)).Select(link => (Page: page, To: link.Groups[1].Value))
        );
        var inside = links.Where(link => !link.To.StartsWith("http", StringComparison.Ordinal)).ToArray();

        Assert.That(inside, Has.Length.GreaterThan(20), "the links were not found");
        Assert.That(
            inside
                .Where(link => !Exists(link.Page, link.To))
                .Select(link => $"{Path.GetFileName(link.Page)}: {link.To}"),
            Is.Empty
        );
    }

    private static bool Exists(string page, string link)
    {
        var parts = link.Split('#');
        var target = parts[0].Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, parts[0]);
        return parts.Length == 1
            ? File.Exists(target) || Directory.Exists(target)
            : File.Exists(target)
                && Heading().Matches(File.ReadAllText(target)).Any(m => Anchor(m.Groups[1].Value) == parts[1]);
    }

    // As the usual viewers make it: lower case, spaces to hyphens, no punctuation.
    private static string Anchor(string heading) =>
        string.Concat(
            heading
                .Trim()
                .ToLowerInvariant()
                .Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')
                .Select(c => c == ' ' ? '-' : c)
        );

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
