using Spectre.Console;

namespace PayoutWorker.Lab.Demo;

/// <summary>What the person at the terminal sees; plain lines where there is no terminal.</summary>
internal sealed class DemoScreen(IAnsiConsole console)
{
    private static readonly string[] Finals = ["paid", "failed", "held", "cancelled", "rejected", "returned"];

    private string? _last;

    // Not through the console's own line: it would fold commands that somebody wants to copy.
    public void Say(string line) => console.Profile.Out.Writer.WriteLine(line);

    /// <summary>Shows progress until <paramref name="states"/> says that all is done.</summary>
    public async Task WatchAsync(
        int total,
        Func<CancellationToken, Task<(IReadOnlyDictionary<string, int> States, int Done)>> states,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        if (!console.Profile.Capabilities.Interactive)
        {
            for (var done = -1; done < total; )
                done = await LineAsync(total, states, time, cancellationToken);
            return;
        }
        await console
            .Progress()
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn())
            .StartAsync(async progress =>
            {
                var bar = progress.AddTask("", maxValue: total);
                for (var done = -1; done < total; )
                {
                    (var counts, done) = await states(cancellationToken);
                    bar.Value = done;
                    bar.Description = Counts(counts);
                    await Task.Delay(TimeSpan.FromMilliseconds(250), time, cancellationToken);
                }
            });
    }

    public void Table(DemoVerdict verdict)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumns("what happens to it", "expected", "payouts", "as expected");
        foreach (var line in verdict.Lines)
            table.AddRow(
                Markup.Escape(line.Kind.Title),
                line.Kind.Expected,
                line.Count.ToString(System.Globalization.CultureInfo.InvariantCulture),
                line.Right == line.Count ? $"[green]{line.Right}[/]" : $"[red]{line.Right}: {Counts(line.States)}[/]"
            );
        console.Write(table);
        foreach (var wrong in verdict.Wrong.Take(20))
            console.MarkupLine($"[red]{Markup.Escape(wrong)}[/]");
        console.MarkupLine(
            $"By the bank's ledger: paid twice: {verdict.PaidTwice}, lost: {verdict.Lost}, "
                + $"paid without an order: {verdict.Unordered}."
        );
        console.MarkupLine(
            verdict.IsRight ? "[green]Every payout ended as it must.[/]" : "[red]Something is wrong, see above.[/]"
        );
    }

    // A line for each change, so that a log of it stays short.
    private async Task<int> LineAsync(
        int total,
        Func<CancellationToken, Task<(IReadOnlyDictionary<string, int> States, int Done)>> states,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var (counts, done) = await states(cancellationToken);
        var line = $"{done}/{total} done: {Counts(counts)}";
        if (line != _last)
            Say(_last = line);
        await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
        return done;
    }

    private static string Counts(IReadOnlyDictionary<string, int> states) =>
        string.Join(
            ", ",
            states
                .OrderBy(state => Array.IndexOf(Finals, state.Key) is var at and >= 0 ? at : -1)
                .ThenBy(state => state.Key, StringComparer.Ordinal)
                .Select(state => $"{state.Value} {state.Key}")
        );
}
