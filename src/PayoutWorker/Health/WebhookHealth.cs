using System.Text.Json.Nodes;
using Npgsql;
using PayoutWorker.Host.Keys.Rings;
using PayoutWorker.Host.Run;
using PayoutWorker.Store;

namespace PayoutWorker.Host.Health;

/// <summary>Of the webhook endpoint alone. Ready: what it would store, it may store.</summary>
internal sealed class WebhookHealth(NpgsqlDataSource database, WorkerIdentity identity, KeyRings keys) : IHealth
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
        if (await ProblemAsync(context.RequestAborted) is { } problem)
            problems.Add(problem);
        var answer = new JsonObject
        {
            ["worker"] = identity.Name,
            ["version"] = identity.Version,
            ["only"] = "webhook",
        };
        KeyHealth.Add(answer, problems, keys);
        answer["status"] = problems.Count == 0 ? "ready" : "not ready";
        answer["problems"] = new JsonArray([.. problems.Select(one => JsonValue.Create(one))]);
        await HealthAnswer.WriteAsync(context, problems.Count == 0, answer);
    }

    private async Task<string?> ProblemAsync(CancellationToken aborted)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        limit.CancelAfter(AtMost);
        try
        {
            await using var command = database.CreateCommand(Sql.Text("read_wrong_webhook_rights"));
            // Of all that may be wrong only the first kind keeps a webhook from being stored.
            return
                await command.ExecuteScalarAsync(limit.Token) is string wrong
                && wrong.StartsWith("lacks", StringComparison.Ordinal)
                ? $"the role {wrong}"
                : null;
        }
        catch (Exception e) when (!aborted.IsCancellationRequested)
        {
            // Whatever it was, the database could not be asked; the message could hold an address, so only the kind.
            return $"the database cannot be asked ({e.GetType().Name})";
        }
    }
}
