using Dapper;
using PayoutWorker.Driving;
using PayoutWorker.Host.Ops.Rows;
using static PayoutWorker.Host.Ops.Store.OpsDatabase;

namespace PayoutWorker.Host.Ops.Store;

/// <summary>
/// What the overview shows, read at most every two seconds however many look. Hours that are over are read again only
/// now and then: they hardly change, and a day may hold a million payouts.
/// </summary>
internal sealed class OverviewReader(OpsDatabase database, IBank bank, TimeProvider time) : IDisposable
{
    private const int HoursShown = 24;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PastFresh = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _reading = new(1, 1);
    private Overview? _last;
    private long _readAt;
    private long _readAfter;
    private IReadOnlyList<HourSum> _past = [];
    private DateTime _pastUntil;
    private long? _pastReadAt;

    public async Task<Overview> ReadAsync(CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            if (_last is not null && time.GetElapsedTime(_readAt) < Fresh && _readAfter == database.Acts)
                return _last;
            _readAfter = database.Acts;
            var read = await database.ReadAsync("read_overview", null, ReadAsync, cancellationToken);
            var hours = await HoursAsync(read.Clock.Now, cancellationToken);
            _last = read with { Hours = hours };
            _readAt = time.GetTimestamp();
            return _last;
        }
        finally
        {
            _reading.Release();
        }
    }

    public void Dispose() => _reading.Dispose();

    private async Task<Overview> ReadAsync(SqlMapper.GridReader grid)
    {
        var open = await ListAsync<StateSum>(grid);
        var held = await ListAsync<StateSum>(grid);
        var due = await grid.ReadSingleAsync<DueRow>();
        var stuck = await ListAsync<StuckRow>(grid);
        var alarms = await ListAsync<AlarmRow>(grid);
        var calls = await ListAsync<CallSum>(grid);
        var inbox = await grid.ReadSingleAsync<InboxRow>();
        var lag = await grid.ReadSingleAsync<LagRow>();
        var switches = await ListAsync<SwitchRow>(grid);
        var gap = await grid.ReadSingleOrDefaultAsync<GapRow>();
        var nodes = await ListAsync<NodeRow>(grid);
        var clock = await grid.ReadSingleAsync<ClockRow>();
        return new Overview(
            clock,
            open,
            held,
            due,
            stuck,
            alarms,
            calls,
            inbox,
            lag,
            switches,
            gap,
            nodes,
            [],
            bank.PausedProjects
        );
    }

    private async Task<IReadOnlyList<HourSum>> HoursAsync(DateTime now, CancellationToken cancellationToken)
    {
        // The hour before this one may still get results of transactions that began in it.
        var hour = new DateTime(now.Year, now.Month, now.Day, now.Hour, 0, 0, DateTimeKind.Utc);
        var recent = hour.AddHours(-1);
        if (_pastReadAt is not { } at || time.GetElapsedTime(at) > PastFresh || _pastUntil != recent)
        {
            _past = await ReadHoursAsync(hour.AddHours(-HoursShown), recent, cancellationToken);
            (_pastUntil, _pastReadAt) = (recent, time.GetTimestamp());
        }
        return [.. _past, .. await ReadHoursAsync(recent, hour.AddHours(1), cancellationToken)];
    }

    private Task<IReadOnlyList<HourSum>> ReadHoursAsync(
        DateTime since,
        DateTime until,
        CancellationToken cancellationToken
    ) => database.ListAsync<HourSum>("read_hours", new { since, until }, cancellationToken);
}
