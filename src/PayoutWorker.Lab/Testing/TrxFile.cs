using System.Globalization;
using System.Xml.Linq;

namespace PayoutWorker.Lab.Testing;

/// <summary>Reads the result files of the test runner.</summary>
internal static class TrxFile
{
    private static readonly XNamespace Xml = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    private static readonly string[] FailingOutcomes = ["Failed", "Error", "Timeout", "Aborted"];

    /// <summary>The sum of all result files below a folder.</summary>
    public static TestSummary ReadFolder(string folder) =>
        Directory
            .EnumerateFiles(folder, "*.trx", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(path => Read(XDocument.Load(path), Path.GetFileName(path)))
            .Aggregate(TestSummary.Empty, (sum, one) => sum + one);

    /// <summary>One result file. A crashed host leaves counters of 0 and an outcome: that is a failure.</summary>
    public static TestSummary Read(XDocument document, string name)
    {
        var result =
            document.Root?.Element(Xml + "ResultSummary")
            ?? throw new InvalidDataException($"{name} has no ResultSummary: not a result file of the test runner.");
        var counters = result.Element(Xml + "Counters") ?? throw new InvalidDataException($"{name} has no Counters.");
        var passed = Count(counters, "passed");
        var failed = FailingOutcomes.Sum(outcome => Count(counters, outcome.ToLowerInvariant()));
        // Whatever neither passed nor failed, so that no test drops out of the sum.
        var skipped = Math.Max(0, Count(counters, "total") - passed - failed);
        var failures = document.Descendants(Xml + "UnitTestResult").Where(IsFailure).Select(ReadFailure).ToList();
        if (failed == 0 && IsFailure(result))
        {
            failed = 1;
            failures.Add(new TestFailure($"the run of {name}", RunMessages(result)));
        }
        return new TestSummary(passed, failed, skipped, failures);
    }

    private static int Count(XElement counters, string name) =>
        int.Parse(counters.Attribute(name)?.Value ?? "0", CultureInfo.InvariantCulture);

    private static bool IsFailure(XElement element) =>
        FailingOutcomes.Contains(element.Attribute("outcome")?.Value ?? "", StringComparer.Ordinal);

    private static TestFailure ReadFailure(XElement result)
    {
        var message = result.Descendants(Xml + "Message").FirstOrDefault()?.Value.Trim();
        return new TestFailure(result.Attribute("testName")?.Value ?? "?", message ?? "without a message");
    }

    private static string RunMessages(XElement summary)
    {
        var texts = summary.Descendants(Xml + "Text").Select(text => text.Value.Trim()).Where(text => text.Length > 0);
        var message = string.Join('\n', texts);
        return message.Length > 0 ? message : "ended badly without a failed test";
    }
}
