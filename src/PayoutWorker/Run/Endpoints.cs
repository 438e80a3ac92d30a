using PayoutWorker.Host.Health;
using PayoutWorker.Host.Metrics;
using PayoutWorker.Host.Ops;
using PayoutWorker.Inbox;

namespace PayoutWorker.Host.Run;

/// <summary>What is answered where. Two short lists, no router: what is not here is 404 on both.</summary>
internal static class Endpoints
{
    /// <param name="pages">The operators' pages; null where nobody may sign in.</param>
    public static void Map(WebApplication app, RequestDelegate? pages)
    {
        app.Run(context =>
            context.Features.Get<ListenerName>() != ListenerName.Admin ? WebhookAsync(context)
            : context.Request.Path.StartsWithSegments(OpsPages.Path, StringComparison.Ordinal)
                ? (pages ?? NoPagesAsync)(context)
            : AdminAsync(context)
        );
    }

    private static Task NoPagesAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return context.Response.WriteAsync(
            "The operators' pages are not configured: nobody may sign in (Admin:Users).\n",
            context.RequestAborted
        );
    }

    private static Task WebhookAsync(HttpContext context)
    {
        if (context.Request.Path != WebhookEndpoint.Path)
            return AnswerAsync(context, StatusCodes.Status404NotFound);
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.Headers.Allow = HttpMethods.Post;
            return AnswerAsync(context, StatusCodes.Status405MethodNotAllowed);
        }
        return HandleAsync(context);
    }

    private static async Task HandleAsync(HttpContext context)
    {
        var endpoint = context.RequestServices.GetRequiredService<WebhookEndpoint>();
        var result = await endpoint.HandleAsync(context.Request, context.RequestAborted);
        await result.ExecuteAsync(context);
    }

    private static Task AdminAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method))
            return AnswerAsync(context, StatusCodes.Status405MethodNotAllowed);
        var health = context.RequestServices.GetRequiredService<IHealth>();
        return context.Request.Path.Value switch
        {
            "/health/live" => health.LiveAsync(context),
            "/health/ready" => health.ReadyAsync(context),
            "/metrics" => context.RequestServices.GetRequiredService<MetricsEndpoint>().WriteAsync(context),
            _ => AnswerAsync(context, StatusCodes.Status404NotFound),
        };
    }

    private static Task AnswerAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
