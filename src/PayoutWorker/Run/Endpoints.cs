using PayoutWorker.Host.Health;
using PayoutWorker.Host.Metrics;
using PayoutWorker.Inbox;

namespace PayoutWorker.Host.Run;

/// <summary>What is answered where. Two short lists, no router: what is not here is 404 on both.</summary>
internal static class Endpoints
{
    public static void Map(WebApplication app)
    {
        app.Run(context =>
            context.Features.Get<ListenerName>() == ListenerName.Admin ? AdminAsync(context) : WebhookAsync(context)
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
        var health = context.RequestServices.GetRequiredService<HealthEndpoints>();
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
