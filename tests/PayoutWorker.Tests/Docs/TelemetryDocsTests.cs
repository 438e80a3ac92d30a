using System.Diagnostics.Metrics;
using System.Reflection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PayoutWorker.Decisions;
using PayoutWorker.Driving;
using PayoutWorker.HangfireScheduling;
using PayoutWorker.Host.Metrics;
using PayoutWorker.Jobs;
using PayoutWorker.Tests.Support;

namespace PayoutWorker.Tests.Docs;

/// <summary>docs/telemetry.md says what the code says: no message and no metric more or less.</summary>
internal sealed class TelemetryDocsTests
{
    private static readonly string[] Lines = Repository.Text("docs/telemetry.md").Split('\n');

    [Test]
    public void Every_log_message_is_listed_with_its_id_and_level()
    {
        Assembly[] assemblies = [typeof(Counters).Assembly, typeof(Figures).Assembly, typeof(HangfireModule).Assembly];
        var written = assemblies
            .SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()
            .Select(message => $"| {message.EventId} | {message.Level} | {message.Message} |")
            .ToArray();

        Assert.That(written, Has.Length.GreaterThan(20), "the messages were not found by reflection");
        Assert.That(
            Lines.Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line[2] is '1' or '2' or '3'),
            Is.EquivalentTo(written)
        );
    }

    [Test]
    public void Every_metric_is_listed_with_its_unit()
    {
        List<string> published = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name is Counters.MeterName or Figures.MeterName)
                    published.Add($"| `{instrument.Name}` | {instrument.Unit} |");
            },
        };
        listener.Start();
        using var counters = new Counters();
        using var database = NpgsqlDataSource.Create("Host=nowhere");
        using var figures = new Figures(
            database,
            new DriveJob(
                null!,
                null!,
                null!,
                [],
                new DriveOptions(1, 1, TimeSpan.Zero),
                () => new Policy(),
                new Wakeups(),
                TimeProvider.System,
                NullLogger<DriveJob>.Instance
            ),
            null!,
            TimeProvider.System,
            NullLogger<Figures>.Instance
        );

        using var keys = new KeyFigures(null!, TimeProvider.System);

        var listed = Lines
            .Where(line => line.StartsWith("| `payouts.", StringComparison.Ordinal))
            .Select(line => string.Join('|', line.Split('|').Take(3)) + "|");
        Assert.That(listed, Is.EquivalentTo(published.Distinct()));
    }
}
