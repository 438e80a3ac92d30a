using Dapper;
using Npgsql;
using PayoutWorker.Lab.Chaos.Network;
using PayoutWorker.Lab.Chaos.Orders;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.Lab.Chaos.Trouble;

/// <summary>What happens to the database, and what others do in it.</summary>
internal sealed class DatabaseTrouble(Town town, FaultProxy proxy, Moment moment, ChaosTally tally, TimeProvider time)
{
    private static readonly TimeSpan LockMax = TimeSpan.FromSeconds(7);

    public async Task KillAsync(Random random, CancellationToken cancellationToken)
    {
        var struck = Task.CompletedTask;
        var when = await moment.ActAtAsync(
            () => struck = town.Server.KillAsync(CancellationToken.None),
            random,
            cancellationToken
        );
        await struck;
        tally.Count("SIGKILL of PostgreSQL");
        var away = TimeSpan.FromSeconds(3 * random.NextDouble());
        tally.Say($"SIGKILL PostgreSQL {when}, away for {away.TotalSeconds:0.0} s");
        await Task.Delay(away, time, cancellationToken);
        await town.Server.RestartAsync(cancellationToken);
        NpgsqlConnection.ClearAllPools();
        tally.Say("PostgreSQL is back");
    }

    public Task EndSessionsAsync(CancellationToken cancellationToken) =>
        TryAsync(
            async connection =>
            {
                var ended = await connection.ExecuteScalarAsync<int>(
                    new CommandDefinition(
                        """
                        SELECT count(pg_terminate_backend(a.pid))::int FROM pg_stat_activity AS a
                        WHERE a.usename = 'payouts_worker'
                        """,
                        cancellationToken: cancellationToken
                    )
                );
                tally.Count("sessions of workers ended by the database", ended);
                tally.Say($"{ended} sessions of workers are ended");
            },
            cancellationToken
        );

    /// <summary>What a careless report or an ALTER TABLE does.</summary>
    public Task LockTableAsync(Random random, CancellationToken cancellationToken) =>
        LockAsync(
            random.Next(2) == 0
                ? "LOCK TABLE payouts.work IN ACCESS EXCLUSIVE MODE"
                : "LOCK TABLE payouts.outbox, payouts.event IN SHARE MODE",
            "table locks held",
            random,
            cancellationToken
        );

    public Task LockRowsAsync(Random random, CancellationToken cancellationToken) =>
        LockAsync(
            "SELECT id FROM payouts.work ORDER BY random() LIMIT 100 FOR UPDATE",
            "row locks held, by 100",
            random,
            cancellationToken
        );

    public async Task StopPayoutsAsync(Random random, CancellationToken cancellationToken)
    {
        var (scope, value) = random.Next(3) switch
        {
            0 => ("all", ""),
            1 => ("method", "card"),
            _ => ("project", Town.Accounts),
        };
        await TryAsync(
            async connection =>
            {
                var flying = await connection.ExecuteScalarAsync<long>(
                    new CommandDefinition(
                        "SELECT payouts.stop(@scope, @value, 'chaos')",
                        new { scope, value },
                        cancellationToken: cancellationToken
                    )
                );
                tally.Count("stop switches");
                tally.Say($"stop {scope} {value}: {flying} calls are under way");
            },
            cancellationToken
        );
        await Task.Delay(TimeSpan.FromSeconds(1 + 3 * random.NextDouble()), time, cancellationToken);
        await ResumeAsync(cancellationToken);
    }

    /// <summary>Lifts every stop of ours; what a worker stopped is for people, and for the verdict.</summary>
    public Task ResumeAsync(CancellationToken cancellationToken) =>
        TryAsync(
            connection =>
                connection.ExecuteAsync(
                    new CommandDefinition(
                        """
                        SELECT payouts.resume(s.scope, s.value, 'chaos') FROM payouts.switch AS s
                        WHERE s.resumed_at IS NULL AND s.reason = 'chaos'
                        """,
                        cancellationToken: cancellationToken
                    )
                ),
            cancellationToken
        );

    public async Task RefuseAsync(Random random, CancellationToken cancellationToken)
    {
        var pause = TimeSpan.FromSeconds(2 * random.NextDouble());
        tally.Say($"nobody can connect to the database for {pause.TotalSeconds:0.0} s");
        proxy.CutAll();
        await proxy.RefuseAsync(pause, cancellationToken);
    }

    private Task LockAsync(string sql, string what, Random random, CancellationToken cancellationToken) =>
        TryAsync(
            async connection =>
            {
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                await connection.ExecuteAsync(new CommandDefinition(sql, null, transaction, 30));
                var held = LockMax * random.NextDouble();
                tally.Count(what);
                tally.Say($"{sql} for {held.TotalSeconds:0.0} s");
                await Task.Delay(held, time, cancellationToken);
                await transaction.RollbackAsync(cancellationToken);
            },
            cancellationToken
        );

    // The database may be dead at that moment: that is another blow's work.
    private async Task TryAsync(Func<NpgsqlConnection, Task> act, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await town.Admin.OpenConnectionAsync(cancellationToken);
            await act(connection);
        }
        catch (Exception e) when (ChaosErp.IsOutage(e))
        {
            tally.Count("blows at a database that was away");
        }
    }
}
