using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;
using PayoutWorker.Store;

namespace PayoutWorker.Restores;

/// <summary>
/// Remembers, outside the database, how far the database was. A restore or a fail-over takes intents away that were
/// acted on: without this the whole flow would run again, and pay again. Checked on every new connection, since neither
/// can happen without one: where the database went back, a gap is opened in it and nothing is paid until a person
/// releases it.
/// </summary>
/// <param name="file">
/// Where it is kept across restarts, shared by the workers of a machine; null, which the live bank refuses, remembers
/// only as long as this process lives.
/// </param>
internal sealed class DatabaseMemory(string? file, string node, ILogger<DatabaseMemory> logger)
{
    private readonly Lock _lock = new();
    private Position? _last = Load(file);
    private bool _othersWatch;

    /// <summary>
    /// Before the first look, of a worker without a memory of its own: does another one run, which would see if the
    /// database went back? Its heartbeat must be seen to move: one that only stands there may have been restored.
    /// </summary>
    /// <param name="patience">Longer than two heartbeats.</param>
    public async Task MeetOthersAsync(
        NpgsqlDataSource database,
        TimeSpan patience,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        if (file is null || _last is not null)
            return;
        var began = time.GetTimestamp();
        var first = await BeatsAsync();
        while (first.Count > 0 && !_othersWatch && time.GetElapsedTime(began) < patience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(250), time, cancellationToken);
            _othersWatch = (await BeatsAsync()).Except(first).Any();
        }

        async Task<IReadOnlyList<(string, DateTimeOffset)>> BeatsAsync()
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            var beats = await connection.QueryAsync<(string, DateTimeOffset)>(
                new CommandDefinition(Sql.Text("read_heartbeats"), new { node }, cancellationToken: cancellationToken)
            );
            return [.. beats];
        }
    }

    /// <summary>Compares, opens a gap if the database went back, and remembers. For each new connection.</summary>
    public async Task CheckAsync(NpgsqlConnection connection)
    {
        // Taken before the look: what another connection remembers meanwhile may be further on than what this one sees.
        Position? before;
        lock (_lock)
            before = _last;
        var row = await connection.QuerySingleAsync<PositionRow>(Sql.Text("read_position"));
        var reason = Verdict(row, before);
        if (reason is not null)
        {
            await connection.ExecuteAsync(Sql.Text("open_gap"), new { reason });
            logger.DatabaseWentBack(reason);
            row = await connection.QuerySingleAsync<PositionRow>(Sql.Text("read_position"));
        }
        Remember(row.ToPosition(), wentBack: reason is not null);
    }

    /// <inheritdoc cref="CheckAsync"/>
    public void Check(NpgsqlConnection connection) => CheckAsync(connection).GetAwaiter().GetResult();

    // Null: it is the database that we know, at the same place or further on.
    private string? Verdict(PositionRow now, Position? last)
    {
        if (last is null)
            return file is not null && now.HasPast && !_othersWatch
                ? "no worker remembers how far this database was"
                : null;
        if (now.Installation != last.Installation)
            return "another installation's database stands in its place";
        // A gap that was opened after what we remember: somebody else has seen it.
        if (now.LastGap > last.Gap)
            return null;
        if (now.System != last.System)
            return "the database runs on another server: its system identifier changed";
        if (now.Timeline != last.Timeline)
            return $"the server's timeline changed from {last.Timeline} to {now.Timeline}: a fail-over or a restore";
        if (now.LastEvent < last.Event)
            return $"its history ends at event {now.LastEvent}, and it was at {last.Event} already: an older state was restored";
        return null;
    }

    private void Remember(Position now, bool wentBack)
    {
        lock (_lock)
        {
            // What went back is where it is now, also when the new gap has the number of one that was lost.
            var known = !wentBack && _last is { } last && last.Gap == now.Gap && last.Event >= now.Event;
            if (known)
                return;
            _last = now;
            if (file is null)
                return;
            // Written beside and renamed: a kill in between leaves the old one whole.
            var fresh = $"{file}.{Environment.ProcessId}.new";
            File.WriteAllText(fresh, JsonSerializer.Serialize(now));
            File.Move(fresh, file, overwrite: true);
        }
    }

    private static Position? Load(string? file)
    {
        if (file is null || !File.Exists(file))
            return null;
        try
        {
            return JsonSerializer.Deserialize<Position>(File.ReadAllText(file));
        }
        catch (JsonException)
        {
            // Unreadable is the same as lost: a person has to look.
            return null;
        }
    }

    private sealed record Position(string Installation, string System, string Timeline, long Event, long Gap);

    private sealed class PositionRow
    {
        public string Installation { get; init; } = "";
        public string System { get; init; } = "";
        public string Timeline { get; init; } = "";
        public long LastEvent { get; init; }
        public long LastGap { get; init; }
        public bool HasPast { get; init; }

        public Position ToPosition() => new(Installation, System, Timeline, LastEvent, LastGap);
    }
}
