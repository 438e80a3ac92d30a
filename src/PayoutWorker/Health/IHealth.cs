using System.Text.Json.Nodes;

namespace PayoutWorker.Host.Health;

/// <summary>What a process answers on its admin listener.</summary>
internal interface IHealth
{
    /// <summary>The process answers; restart it when it does not.</summary>
    Task LiveAsync(HttpContext context);

    /// <summary>It does its work: 200, or 503 with the problems.</summary>
    Task ReadyAsync(HttpContext context);
}

internal static class HealthAnswer
{
    public static async Task WriteAsync(HttpContext context, bool alive, JsonObject answer)
    {
        context.Response.StatusCode = alive ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(answer.ToJsonString() + "\n", context.RequestAborted);
    }
}
