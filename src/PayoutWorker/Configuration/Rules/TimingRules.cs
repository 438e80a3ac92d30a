using System.Globalization;
using PayoutWorker.Decisions;
using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Configuration.Rules;

internal static class TimingRules
{
    public static void Check(WorkerConfiguration configuration, Findings findings)
    {
        var (timings, scale) = (configuration.Timings, configuration.TimingFactor.Scale);
        if (scale is <= 0 or > 10)
        {
            var found = scale.ToString(CultureInfo.InvariantCulture);
            findings.Add("Timings:Scale", "a number above 0, at most 10", found, "Leave it out.");
            return;
        }
        if (scale != 1 && configuration.Bank.Environment == BankEnvironment.Live)
            findings.Add(
                "Timings:Scale",
                "1, since Environment is live",
                scale.ToString(CultureInfo.InvariantCulture),
                "Leave it out: the waits keep a payment from being sent twice."
            );
        foreach (var property in SettingsBinder.Settable(typeof(Timings)))
        {
            var path = $"Timings:{property.Name}";
            var spans = property.GetValue(timings) switch
            {
                TimeSpan span => [span],
                IReadOnlyList<TimeSpan> list => list,
                _ => [],
            };
            if (spans.Count == 0 || spans.Any(span => span <= TimeSpan.Zero || span > TimeSpan.FromDays(365)))
                findings.Add(
                    path,
                    "durations above zero, at most a year",
                    spans.Count == 0 ? "none" : string.Join(", ", spans.Select(Duration.Text)),
                    "Correct it, or leave it out."
                );
        }
        foreach (var problem in timings.Problems())
        {
            var parts = problem.Split(": expected ", 2);
            var words = parts[^1].Split(", got ", 2);
            findings.Add($"Timings:{parts[0]}", words[0], words[^1], "Without that a payment could be sent twice.");
        }
    }
}
