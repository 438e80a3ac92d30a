using System.Text.Json.Nodes;
using Npgsql;
using PayoutWorker.Host.Run;
using PayoutWorker.Store;

namespace PayoutWorker.Host.Health;

/// <summary>Of the webhook endpoint alone. Ready: what it would store, it may store.</summary>
internal sealed class WebhookHealth(NpgsqlDataSource database, WorkerIdentity identity) : IHealth
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
        var problem = await ProblemAsync(context.RequestAborted);
        var answer = new JsonObject
        {
            ["worker"] = identity.Name,
            ["version"] = identity.Version,
            ["only"] = "webhook",
            ["status"] = problem is null ? "ready" : "not ready",
            ["problems"] = problem is null ? [] : new JsonArray(JsonValue.Create(problem)),
        };
        await HealthAnswer.WriteAsync(context, problem is null, answer);
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
