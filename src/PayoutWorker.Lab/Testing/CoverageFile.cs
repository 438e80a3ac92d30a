using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace PayoutWorker.Lab.Testing;

/// <summary>One line of a source file: how many of its branches the tests took; a line without any counts as one.</summary>
internal sealed record CoveredLine(string File, int Number, int Taken, int Branches);

/// <summary>What the collector wrote (Cobertura).</summary>
internal static partial class CoverageFile
{
    /// <summary>Lines of all files of a folder; of a line that several runs saw, the best of them counts.</summary>
    public static IReadOnlyList<CoveredLine> ReadFolder(string folder) =>
        [
            .. Directory
                .EnumerateFiles(folder, "coverage.cobertura.xml", SearchOption.AllDirectories)
                .SelectMany(file => Read(XDocument.Load(file)))
                .GroupBy(line => (line.File, line.Number))
                .Select(lines => lines.MaxBy(line => line.Taken)!),
        ];

    /// <summary>Paths are absolute, with <c>/</c>.</summary>
    public static IEnumerable<CoveredLine> Read(XDocument document)
    {
        var sources = document.Descendants("source").Select(source => source.Value).ToArray();
        return from type in document.Descendants("class")
            let file = Absolute(sources, type.Attribute("filename")!.Value)
            from line in type.Element("lines")!.Elements("line")
            select Line(file, line);
    }

    private static CoveredLine Line(string file, XElement line)
    {
        var number = Number(line.Attribute("number")!.Value);
        var condition = line.Attribute("condition-coverage")?.Value;
        if (condition is not null && Share().Match(condition) is { Success: true } share)
            return new CoveredLine(file, number, Number(share.Groups[1].Value), Number(share.Groups[2].Value));
        return new CoveredLine(file, number, line.Attribute("hits")!.Value == "0" ? 0 : 1, 1);
    }

    private static string Absolute(string[] sources, string name) =>
        sources.Select(source => Path.Combine(source, name)).FirstOrDefault(File.Exists, name).Replace('\\', '/');

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\((\d+)/(\d+)\)")]
    private static partial Regex Share();
}
