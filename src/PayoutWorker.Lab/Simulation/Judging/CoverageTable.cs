using System.Globalization;
using System.Text;
using PayoutWorker.Lab.Simulation.Faults;
using PayoutWorker.Payouts;

namespace PayoutWorker.Lab.Simulation.Judging;

/// <summary>State by fault: what the seeds have really tried, and what a large run must have tried.</summary>
internal static class CoverageTable
{
    private const int SeedsForFloor = 2_000;
    private static readonly PayoutState[] States = Enum.GetValues<PayoutState>();

    public static IEnumerable<string> Lines(Coverage coverage)
    {
        var head = new StringBuilder("fault".PadRight(21));
        foreach (var state in States)
            head.Append(Short(state).PadLeft(8));
        yield return head.ToString();
        foreach (var kind in Enum.GetValues<FaultKind>())
        {
            var line = new StringBuilder(kind.ToString().PadRight(21));
            foreach (var state in States)
            {
                var count = coverage[state, kind];
                line.Append((count == 0 ? "." : count.ToString(CultureInfo.InvariantCulture)).PadLeft(8));
            }
            yield return line.ToString();
        }
    }

    /// <summary>Cells below the floor; none is asked of a run too small to reach it.</summary>
    public static IReadOnlyList<string> Gaps(Coverage coverage, int seeds)
    {
        if (seeds < SeedsForFloor)
            return [];
        var floor = seeds / SeedsForFloor;
        return
        [
            .. Expected()
                .Where(cell => coverage[cell.State, cell.Kind] < floor)
                .Select(cell =>
                    $"{cell.Kind} at {cell.State.Text()}: expected {floor}, got {coverage[cell.State, cell.Kind]}"
                ),
        ];
    }

    private static IEnumerable<(PayoutState State, FaultKind Kind)> Expected()
    {
        PayoutState[] sent =
        [
            PayoutState.Creating,
            PayoutState.Starting,
            PayoutState.Initiating,
            PayoutState.Confirming,
            PayoutState.Cancelling,
        ];
        for (var kind = FaultKind.NotSent; kind <= FaultKind.Doubled; kind++)
            foreach (var state in sent)
                yield return (state, kind);
        FaultKind[] crashes = [FaultKind.CrashBeforeSend, FaultKind.CrashAfterSend, FaultKind.FreezeBeforeSend];
        foreach (var kind in crashes)
        foreach (var state in sent)
            yield return (state, kind);
        PayoutState[] open = [.. sent, PayoutState.New, PayoutState.Started, PayoutState.Ready, PayoutState.Confirmed];
        for (var kind = FaultKind.CommitFails; kind <= FaultKind.CrashAfterCommit; kind++)
            foreach (var state in open)
                yield return (state, kind);
        for (var kind = FaultKind.FreezeBeforeCommit; kind <= FaultKind.FreezeAfterCommit; kind++)
            foreach (var state in open)
                yield return (state, kind);
        foreach (var kind in Enum.GetValues<FaultKind>().Where(kind => kind >= FaultKind.Stop))
            yield return (kind == FaultKind.Release ? PayoutState.Held : PayoutState.Started, kind);
    }

    private static string Short(PayoutState state) => state.Text() is { Length: > 7 } text ? text[..7] : state.Text();
}
