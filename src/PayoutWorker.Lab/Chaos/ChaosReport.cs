using PayoutWorker.Lab.Chaos.Judging;

namespace PayoutWorker.Lab.Chaos;

/// <summary>What a person reads at the end.</summary>
internal static class ChaosReport
{
    private const int Shown = 15;

    public static IEnumerable<string> Lines(ChaosTally tally, ChaosVerdict verdict)
    {
        yield return "";
        yield return "What was done to it:";
        foreach (var (what, times) in tally.Counts.OrderBy(count => count.Key, StringComparer.Ordinal))
            yield return $"  {times, 6}  {what}";
        yield return $"What became of {verdict.Orders} payouts:";
        foreach (var (state, count) in verdict.States.OrderByDescending(state => state.Value))
            yield return $"  {count, 6}  {state}";
        yield return $"The bank carried out {verdict.BankCalls} calls and made {verdict.Settled} payments.";
        // What is wrong with the whole run explains much of the rest.
        foreach (var wrong in verdict.Wrongs.OrderBy(wrong => wrong.Key is not null).Take(Shown))
        {
            yield return $"WRONG: {wrong.Text}";
            if (wrong.Key is not null)
                foreach (var line in verdict.Tables.HistoryOf(wrong.Key))
                    yield return "    " + line;
        }
        if (verdict.Wrongs.Count > Shown)
            yield return $"... and {verdict.Wrongs.Count - Shown} more";
        yield return verdict.IsRight
            ? "Nobody was paid twice, nobody was forgotten, and every row says what the bank did."
            : $"{verdict.Wrongs.Count} things are wrong, see above.";
    }
}
