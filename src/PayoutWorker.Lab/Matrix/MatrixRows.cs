using PayoutWorker.Lab.Matrix.Rows;

namespace PayoutWorker.Lab.Matrix;

/// <summary>Every crash point and every fault, in the order of its number.</summary>
internal static class MatrixRows
{
    public static IReadOnlyList<Row> All { get; } =
    [
        .. CrashRows.All(),
        .. WorkerRows.Deaths(),
        .. CallRows.All(),
        .. WebhookRows.All(),
        .. WorkerRows.Others(),
        .. DatabaseRows.All(),
        .. WorkerRows.Installations(),
    ];
}
