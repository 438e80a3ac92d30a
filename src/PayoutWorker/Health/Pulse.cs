using System.Collections.Concurrent;
using PayoutWorker.Jobs;

namespace PayoutWorker.Host.Health;

/// <summary>When each job last began or ended: a loop that stands still is not ready.</summary>
internal sealed class Pulse(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, (long At, TimeSpan Every)> _beats = new();

    /// <summary>The same job, watched.</summary>
    public Job Watch(Job job)
    {
        Beat();
        return job with
        {
            RunAsync = async stopping =>
            {
                Beat();
                try
                {
                    return await job.RunAsync(stopping);
                }
                finally
                {
                    Beat();
                }
            },
        };

        void Beat() => _beats[job.Name] = (time.GetTimestamp(), job.Every);
    }

    /// <param name="grace">How long a run, or a pause after a failure, may last.</param>
    public IReadOnlyList<(string Job, TimeSpan Silent, bool Alive)> Read(TimeSpan grace) =>
        [
            .. _beats
                .OrderBy(beat => beat.Key, StringComparer.Ordinal)
                .Select(beat => (beat.Key, Silent: time.GetElapsedTime(beat.Value.At), beat.Value.Every))
                .Select(beat => (beat.Key, beat.Silent, beat.Silent < beat.Every + grace)),
        ];
}
