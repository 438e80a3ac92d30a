using System.Globalization;
using System.Text;

namespace PayoutWorker.Lab.Matrix;

/// <summary>docs/fault-matrix.md, from what the runs came to.</summary>
internal sealed class MatrixPage
{
    public const string Path = "docs/fault-matrix.md";

    private readonly Notes _tests = new(number => (number + 1).ToString(CultureInfo.InvariantCulture));
    private readonly Notes _reasons = new(number => ((char)('a' + number)).ToString());
    private readonly StringBuilder _page = new();

    private MatrixPage() { }

    public static string Of(IReadOnlyList<Tried> tried) => new MatrixPage().Write(tried);

    private string Write(IReadOnlyList<Tried> tried)
    {
        Head(tried);
        Legend();
        foreach (var way in Enum.GetValues<Way>())
            Matrix(way, [.. tried.Where(one => one.Way == way && one.Row.Name[0] == 'F')]);
        Crashes([.. tried.Where(one => one.Row.Name[0] == 'C')]);
        Footnotes();
        return _page.ToString();
    }

    private void Head(IReadOnlyList<Tried> tried)
    {
        var run = tried.Count(one => one.Result is not null);
        var proven = tried.Count(one => one.Cell.Tests.Count > 0);
        _page.Append(
            CultureInfo.InvariantCulture,
            $"""
            # Every single fault

            Written by `./payouts matrix`; a test runs the same and compares. Do not edit.

            One cell is one run on virtual time with exactly one fault, planted at exactly that phase: the worker's own
            drive, decision and inbox between a model of the database and the simulated bank. A cell counts only when
            its fault was seen to fire. What the letters say is checked in the run, and the bank's own ledger judges
            the end: at most one payment for each order, of the amount and to the payee that were ordered; nothing
            paid without our confirm where the bank waits for it; no row that says less, or more, than the bank did; no
            call without its committed intent. What only a real PostgreSQL, real processes or real HTTP can show is
            held by the tests that the numbers name.

            {run} cells were run; {proven} are held, or held as well, by named tests.

            """
        );
    }

    private void Legend()
    {
        Line();
        Line("## How to read it");
        Line();
        Line("A cell says **what must happen**, then how the payout ended.");
        Line();
        Table(["code", "what must happen"], [.. Code.All.Select(code => new[] { $"**{code.Letter}**", code.Meaning })]);
        Line();
        Line("`unknown`, `mismatch` and `before money` are the kinds of `held`: a person looks at it, and the bank");
        Line(
            "goes on being asked. `→`: first the one, later the other. `held mismatch → failed`: nobody came, and the"
        );
        Line("bank gave up waiting for a confirm that it never got.");
    }

    private void Matrix(Way way, IReadOnlyList<Tried> tried)
    {
        Line();
        Line($"## {Heading(way)}");
        Line();
        var phases = Phases.Of(way);
        Table(
            ["", "fault", .. phases.Select(phase => phase.Text())],
            [
                .. tried
                    .GroupBy(one => one.Row)
                    .Select(row =>
                        new[] { row.Key.Name, row.Key.What }
                            .Concat(phases.Select(phase => Text(row.Single(one => one.Phase == phase))))
                            .ToArray()
                    ),
            ]
        );
    }

    private void Crashes(IReadOnlyList<Tried> tried)
    {
        Line();
        Line("## Crash points");
        Line();
        Line("The process dies (C25: stands still, C26: is asked to end) exactly there.");
        Line();
        var ways = Enum.GetValues<Way>();
        Table(
            ["", "where", .. ways.Select(Short)],
            [
                .. tried
                    .GroupBy(one => one.Row)
                    .Select(row =>
                        new[] { row.Key.Name, row.Key.What }
                            .Concat(ways.Select(way => Text([.. row.Where(one => one.Way == way)])))
                            .ToArray()
                    ),
            ]
        );
    }

    private void Footnotes()
    {
        Line();
        Line("## Why a cell is empty");
        Line();
        foreach (var (mark, text) in _reasons.All)
            Line($"* <sup>{mark}</sup> {text}");
        Line();
        Line("## Tests on the real thing");
        Line();
        foreach (var (mark, text) in _tests.All)
            Line($"* <sup>{mark}</sup> `{text}`");
    }

    private string Text(IReadOnlyList<Tried> cells) =>
        cells.Count == 0 ? "·" : string.Join("; ", cells.Select(cell => Named(cell, cells.Count > 1)));

    private string Named(Tried one, bool many) => many ? $"{one.Phase.Text()} {Text(one)}" : Text(one);

    private string Text(Tried one)
    {
        if (one.Cell.Reason is { } reason)
            return $"·<sup>{_reasons.Mark(reason)}</sup>";
        var tests = string.Join(",", one.Cell.Tests.Select(_tests.Mark));
        var text = $"**{string.Join("·", one.Cell.Codes.ToCharArray())}**";
        if (one.Result is { } result)
            text += " " + End(result);
        return tests.Length == 0 ? text : $"{text}<sup>{tests}</sup>";
    }

    // A run that went wrong never gets here unseen: the verb and the test fail.
    private static string End(CellResult result) =>
        result.Problems.Count > 0
            ? "**WRONG**"
            : result
                .End.Replace("held:outcome_unknown", "held unknown", StringComparison.Ordinal)
                .Replace("held:before_money", "held before money", StringComparison.Ordinal)
                .Replace("held:mismatch", "held mismatch", StringComparison.Ordinal);

    private static string Heading(Way way) =>
        way switch
        {
            Way.TwoStep => "Two steps: account payouts",
            Way.Single => "One request, confirmed by us: cards",
            _ => "One request, confirmed by the bank itself: cards",
        };

    private static string Short(Way way) =>
        way switch
        {
            Way.TwoStep => "two steps",
            Way.Single => "one request, our confirm",
            _ => "one request, the bank's confirm",
        };

    private void Table(IReadOnlyList<string> head, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        int[] widths = [.. head.Select((name, i) => Math.Max(3, rows.Append(head).Max(row => row[i].Length)))];
        Line(Cells(head, widths));
        Line("|" + string.Concat(widths.Select(width => new string('-', width + 2) + "|")));
        foreach (var row in rows)
            Line(Cells(row, widths));
    }

    private static string Cells(IReadOnlyList<string> cells, int[] widths) =>
        "|" + string.Concat(cells.Select((cell, i) => $" {cell.PadRight(widths[i])} |"));

    private void Line(string text = "") => _page.Append(text).Append('\n');

    /// <summary>Texts that are said once, and pointed at.</summary>
    private sealed class Notes(Func<int, string> mark)
    {
        private readonly List<string> _texts = [];

        public IEnumerable<(string Mark, string Text)> All => _texts.Select((text, i) => (mark(i), text));

        public string Mark(string text)
        {
            if (!_texts.Contains(text))
                _texts.Add(text);
            return mark(_texts.IndexOf(text));
        }
    }
}
