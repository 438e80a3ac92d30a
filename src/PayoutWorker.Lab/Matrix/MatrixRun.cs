namespace PayoutWorker.Lab.Matrix;

/// <summary>One cell of the matrix and what its run came to; null where nothing runs.</summary>
internal sealed record Tried(Row Row, Phase Phase, Way Way, Cell Cell, CellResult? Result)
{
    public string Name => $"{Row.Name} at {Phase.Text()}, {Way.Text()}";
}

/// <summary>All cells, on all cores: no cell knows of another.</summary>
internal static class MatrixRun
{
    public static IReadOnlyList<Tried> Run(IReadOnlyList<Row> rows, CancellationToken cancellationToken = default) =>
        [
            .. CellsOf(rows)
                .AsParallel()
                .AsOrdered()
                .WithCancellation(cancellationToken)
                .Select(one =>
                    one.Cell.Plant is null ? one : one with { Result = CellRun.Run(one.Cell, one.Phase, one.Way) }
                ),
        ];

    /// <summary>What is not as it must be: runs that went wrong, and tests that cells name and that are not there.</summary>
    public static IReadOnlyList<string> Wrongs(IReadOnlyList<Tried> tried, string repository) =>
        [
            .. tried
                .Where(one => one.Result is { Problems.Count: > 0 })
                .Select(one =>
                    $"{one.Name} (--cell {one.Row.Name}:{one.Phase}:{one.Way}), {one.Cell.Codes}: "
                    + string.Join("; ", one.Result!.Problems)
                ),
            .. NamedTests.Missing(repository, tried).Select(name => $"there is no test {name}"),
        ];

    /// <summary>A row must say something about every phase of every way.</summary>
    private static IEnumerable<Tried> CellsOf(IReadOnlyList<Row> rows) =>
        from row in rows
        from way in Enum.GetValues<Way>()
        from phase in Phases.Of(way)
        where row.Cells.ContainsKey(phase) || row.Name[0] == 'F'
        select new Tried(row, phase, way, row.Cells[phase].Of(way), null);
}
