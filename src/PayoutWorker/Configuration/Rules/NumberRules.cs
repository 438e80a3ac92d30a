using System.Globalization;
using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Configuration.Rules;

/// <summary>Bounds of plain numbers: each has a least and a greatest value that still make sense.</summary>
internal static class NumberRules
{
    public static void Check(WorkerConfiguration configuration, Findings findings)
    {
        var (worker, policy, breaker) = (configuration.Worker, configuration.Policy, configuration.Breaker);
        Between("Worker:MaxCalls", worker.MaxCalls, 1, 1000);
        Between("Worker:InProgressMax", worker.InProgressMax, 1, 1_000_000);
        if (worker.BatchSize is { } size)
            Between("Worker:BatchSize", size, 1, 10_000);
        Between("Worker:MaxRunSeconds", worker.MaxRunSeconds, 0.1, 3600);
        Between("Policy:MaxSends", policy.MaxSends, 1, 1000);
        Between("Policy:ManySessions", policy.ManySessions, 1, 1000);
        Between("Policy:MaxClaims", policy.MaxClaims, 2, 1000);
        Between("Policy:RestartsAfterConfirmTimeout", policy.RestartsAfterConfirmTimeout, 0, 10);
        Between("Breaker:BreakAfter", breaker.BreakAfter, 2, 100_000);
        Between("Breaker:FailureRatio", breaker.FailureRatio, 0.01, 1);
        Between("Breaker:AskRetries", breaker.AskRetries, 1, 10);
        Span("Breaker:Sampling", breaker.Sampling, TimeSpan.FromMilliseconds(500), TimeSpan.FromHours(1));
        Span("Breaker:Break", breaker.Break, TimeSpan.FromMilliseconds(500), TimeSpan.FromHours(1));
        Span("Worker:StopTimeout", worker.StopTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        Span("Health:OldestDueMax", configuration.Health.OldestDueMax, TimeSpan.FromSeconds(1), TimeSpan.FromDays(7));
        var keys = configuration.Keys;
        Span("Keys:ReadEvery", keys.ReadEvery, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
        Span("Keys:WarnBefore", keys.WarnBefore, TimeSpan.Zero, TimeSpan.FromDays(365));
        Span(
            "Bank:ConnectTimeout",
            configuration.Bank.ConnectTimeout,
            TimeSpan.FromMilliseconds(100),
            TimeSpan.FromMinutes(1)
        );

        void Between(string path, double value, double least, double most)
        {
            if (value < least || value > most)
                findings.Add(path, $"{Text(least)} to {Text(most)}", Text(value), "Correct it, or leave it out.");
        }

        void Span(string path, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
                findings.Add(
                    path,
                    $"{Duration.Text(least)} to {Duration.Text(most)}",
                    Duration.Text(value),
                    "Correct it, or leave it out."
                );
        }
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
