using PayoutWorker.Lab.Matrix.Rows;

namespace PayoutWorker.Lab.Matrix;

/// <summary>Every crash point and every fault, in the order of its number.</summary>
internal static class MatrixRows
{
    public static IReadOnlyList<Row> Crashes { get; } = CrashRows.All();

    public static IReadOnlyList<Row> Faults { get; } =
    [
        .. WorkerRows.Deaths(),
        .. CallRows.All(),
        .. WebhookRows.All(),
        .. WorkerRows.Others(),
        .. DatabaseRows.All(),
        .. WorkerRows.Installations(),
    ];
}
