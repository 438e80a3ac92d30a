namespace PayoutWorker.Lab.Matrix;

/// <summary>One fault at one phase: what must happen, and how it is shown.</summary>
/// <param name="Codes">Letters of <see cref="Code"/>; all of them must hold.</param>
/// <param name="End">Where it comes to rest, one after another: final states and <c>held:kind</c>.</param>
internal sealed record Cell(string Codes, string End, Func<Way, Plant>? Plant)
{
    /// <summary>Tests on a real PostgreSQL, with real processes or over real HTTP that see the fault: class.method.</summary>
    public IReadOnlyList<string> Tests { get; init; } = [];

    /// <summary>Why the fault cannot strike there.</summary>
    public string? Reason { get; init; }

    /// <summary>What is different where the bank confirms by itself; null: nothing.</summary>
    public Cell? OfAuto { get; init; }

    public Cell Of(Way way) => way == Way.Auto && OfAuto is not null ? OfAuto : this;

    /// <summary>Nothing to try: the page says why.</summary>
    public static Cell None(string reason) => new("", "", null) { Reason = reason };

    /// <summary>What only the real thing can show.</summary>
    public static Cell Proven(string codes, params string[] tests) => new(codes, "", null) { Tests = tests };
}

/// <summary>A fault, or a crash point, and its cells.</summary>
internal sealed record Row(string Name, string What, IReadOnlyDictionary<Phase, Cell> Cells);
