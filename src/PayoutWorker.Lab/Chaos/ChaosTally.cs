using System.Collections.Concurrent;
using System.Globalization;

namespace PayoutWorker.Lab.Chaos;

/// <summary>What was done to the system, and when: counted, and a line for each.</summary>
internal sealed class ChaosTally(TextWriter output, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, int> _counts = [];
    private readonly ConcurrentQueue<string> _surprises = [];
    private readonly TextWriter _output = TextWriter.Synchronized(output);
    private readonly long _began = time.GetTimestamp();

    public IReadOnlyDictionary<string, int> Counts => _counts;

    /// <summary>What nobody did and happened all the same: each of them makes the run wrong.</summary>
    public IReadOnlyCollection<string> Surprises => _surprises;

    public int Of(string what) => _counts.GetValueOrDefault(what);

    public void Count(string what, int times = 1) => _counts.AddOrUpdate(what, times, (_, count) => count + times);

    public void Say(string line) =>
        _output.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{time.GetElapsedTime(_began).TotalSeconds, 6:0.0} s  {line}")
        );

    public void Surprise(string what)
    {
        _surprises.Enqueue(what);
        Say("UNEXPECTED: " + what);
    }
}
