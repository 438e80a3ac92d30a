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

    /// <summary>Compares, opens a gap if the database went back, and remembers. For each new connection.</summary>
    public async Task CheckAsync(NpgsqlConnection connection)
    {
        var row = await connection.QuerySingleAsync<PositionRow>(Sql.Text("read_position"), new { node });
        if (Verdict(row) is { } reason)
        {
            await connection.ExecuteAsync(Sql.Text("open_gap"), new { reason });
            logger.DatabaseWentBack(reason);
            row = await connection.QuerySingleAsync<PositionRow>(Sql.Text("read_position"), new { node });
        }
        Remember(row.ToPosition());
    }

    /// <inheritdoc cref="CheckAsync"/>
    public void Check(NpgsqlConnection connection) => CheckAsync(connection).GetAwaiter().GetResult();

    // Null: it is the database that we know, at the same place or further on.
    private string? Verdict(PositionRow now)
    {
        Position? last;
        lock (_lock)
            last = _last;
        if (last is null)
            return file is not null && now.HasPast && !now.OthersWatch
                ? "no worker remembers how far this database was"
                : null;
        // A gap that was opened after what we remember: somebody else has seen it.
        if (now.LastGap > last.Gap)
            return null;
        if (now.Installation != last.Installation)
            return "another installation's database stands in its place";
        if (now.System != last.System)
            return "the database runs on another server: its system identifier changed";
        if (now.Timeline != last.Timeline)
            return $"the server's timeline changed from {last.Timeline} to {now.Timeline}: a fail-over or a restore";
        if (now.LastEvent < last.Event)
            return $"its history ends at event {now.LastEvent}, and it was at {last.Event} already: an older state was restored";
        return null;
    }

    private void Remember(Position now)
    {
        lock (_lock)
        {
            var known = _last is { } last && last.Gap == now.Gap && last.Event >= now.Event;
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
        public bool OthersWatch { get; init; }

        public Position ToPosition() => new(Installation, System, Timeline, LastEvent, LastGap);
    }
}
