namespace PayoutWorker.Bench.Scenarios;

/// <summary>Percentiles of waits, in milliseconds.</summary>
internal static class Latencies
{
    /// <summary>p50, p95 and p99 under a name; nothing where nothing was measured.</summary>
    public static void AddTo(Dictionary<string, double> figures, string name, IEnumerable<TimeSpan> waits)
    {
        double[] sorted = [.. waits.Select(wait => wait.TotalMilliseconds).Order()];
        if (sorted.Length == 0)
            return;
        foreach (var percent in new[] { 50, 95, 99 })
            figures[$"{name} p{percent} ms"] = At(sorted, percent);
    }

    /// <summary>The nearest rank: at least so many percent are not above it.</summary>
    internal static double At(double[] sorted, int percent) =>
        sorted[Math.Clamp((int)Math.Ceiling(sorted.Length * percent / 100.0) - 1, 0, sorted.Length - 1)];
}
