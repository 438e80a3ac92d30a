namespace PayoutWorker.Lab.Simulation.Engine;

/// <summary>
/// The clock of one worker process, wrong by <paramref name="error"/>. Its timers fire in the process, and so not while it
/// is frozen.
/// </summary>
internal sealed class VirtualTime(World world, WorkerContext context, TimeSpan error) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => world.Now + error;

    public override long GetTimestamp() => world.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(world, context, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(World world, WorkerContext context, TimerCallback callback, object? state) : ITimer
    {
        private int _setting;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var setting = ++_setting;
            if (dueTime == Timeout.InfiniteTimeSpan)
                return true;
            if (period != Timeout.InfiniteTimeSpan)
                throw new NotSupportedException("the product uses no repeating timers");
            world.At(dueTime, () => context.Post(_ => Fire(setting), null));
            return true;
        }

        public void Dispose() => _setting++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire(int setting)
        {
            if (setting == _setting)
                callback(state);
        }
    }
}
