using Microsoft.Extensions.Logging.Console;
using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Run;

/// <summary>Log lines on standard output: JSON for machines, or one plain line each.</summary>
internal static class Logs
{
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";

    public static void Add(ILoggingBuilder logging, LogSettings settings)
    {
        logging.SetMinimumLevel(settings.Level);
        // The framework says much about every request, and nothing about payouts.
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // Hangfire warns of its own retries with whole stacks; what they mean for payouts is said by us.
        logging.AddFilter("Hangfire", LogLevel.Error);
        foreach (var (category, level) in settings.Levels)
            logging.AddFilter(category, level);
        if (settings.Format == LogFormat.Json)
            logging.AddJsonConsole(options =>
            {
                options.UseUtcTimestamp = true;
                options.TimestampFormat = TimeFormat.Trim();
            });
        else
            logging.AddSimpleConsole(options =>
            {
                options.SingleLine = true;
                options.UseUtcTimestamp = true;
                options.TimestampFormat = TimeFormat;
                options.ColorBehavior = LoggerColorBehavior.Disabled;
            });
    }
}
