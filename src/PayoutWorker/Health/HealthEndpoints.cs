using System.Text.Json.Nodes;
using Npgsql;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Host.Keys.Rings;
using PayoutWorker.Host.Run;
using PayoutWorker.Jobs;
using PayoutWorker.Migrations;

namespace PayoutWorker.Host.Health;

/// <summary>
/// <c>/health/live</c>: the process answers; restart it when it does not. It says nothing of the database, since a
/// restart would lose answers of the bank that wait to be written. <c>/health/ready</c>: payouts move.
/// </summary>
internal sealed class HealthEndpoints(
    NpgsqlDataSource database,
    WorkerConfiguration configuration,
    WorkerIdentity identity,
    Pulse pulse,
    SchedulerBoard board,
    KeyRings keys,
    ILogger<HealthEndpoints> logger
) : IHealth
{
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(5);

    public Task LiveAsync(HttpContext context) =>
        HealthAnswer.WriteAsync(
            context,
            alive: true,
            new JsonObject { ["status"] = "live", ["worker"] = identity.Name }
        );

    public async Task ReadyAsync(HttpContext context)
    {
        List<string> problems = [];
        var answer = new JsonObject
        {
            ["worker"] = identity.Name,
            ["version"] = identity.Version,
            ["scheduler"] = board.Name,
        };
        await CheckDatabaseAsync(answer, problems, context.RequestAborted);
        CheckJobs(answer, problems);
        KeyHealth.Add(answer, problems, keys);
        answer["status"] = problems.Count == 0 ? "ready" : "not ready";
        answer["problems"] = new JsonArray([.. problems.Select(problem => JsonValue.Create(problem))]);
        await HealthAnswer.WriteAsync(context, problems.Count == 0, answer);
    }

    private async Task CheckDatabaseAsync(JsonObject answer, List<string> problems, CancellationToken aborted)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        limit.CancelAfter(AtMost);
        try
        {
            if (await new Migrator(database, logger).PendingAsync(limit.Token) is { Count: > 0 } pending)
                problems.Add($"{pending.Count} migrations are missing");
            var oldest = await OldestDueAsync(limit.Token);
            answer["oldest_due_seconds"] = Math.Round(oldest.TotalSeconds, 1);
            if (oldest > configuration.Health.OldestDueMax)
                problems.Add($"a payout has been due for {oldest.TotalSeconds:0} s and nobody took it");
        }
        catch (MigrationException e)
        {
            problems.Add(e.Message);
        }
        catch (Exception e) when (!aborted.IsCancellationRequested)
        {
            // Whatever it was, the database could not be asked; the message could hold an address, so only the kind.
            problems.Add($"the database cannot be asked ({e.GetType().Name})");
        }
    }

    private async Task<TimeSpan> OldestDueAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Store.Sql.Text("read_oldest_due"));
        return await command.ExecuteScalarAsync(cancellationToken) is double seconds
            ? TimeSpan.FromSeconds(Math.Max(0, seconds))
            : TimeSpan.Zero;
    }

    private void CheckJobs(JsonObject answer, List<string> problems)
    {
        // One run, one call that hangs until its time-out, and one long pause after a failure.
        var grace =
            TimeSpan.FromSeconds(configuration.Worker.MaxRunSeconds)
            + configuration.Scaled.HttpTimeout
            + TimeSpan.FromSeconds(30);
        var jobs = new JsonObject();
        foreach (var (job, silent, alive) in pulse.Read(grace))
        {
            jobs[job] = Math.Round(silent.TotalSeconds, 1);
            if (!alive)
                problems.Add($"job {job} has not run for {silent.TotalSeconds:0} s");
        }
        answer["job_silent_seconds"] = jobs;
    }
}
