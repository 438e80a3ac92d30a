using System.Net.Sockets;
using Microsoft.AspNetCore.Antiforgery;
using Npgsql;

namespace PayoutWorker.Host.Ops.Web;

/// <summary>What stands around every page: forms are ours, failures say something, and empty answers get words.</summary>
internal static class Guards
{
    /// <summary>A post without the token of a form that we gave to this very session is refused.</summary>
    public static async Task FormsAsync(HttpContext context, RequestDelegate next)
    {
        if (HttpMethods.IsPost(context.Request.Method))
        {
            try
            {
                await context.RequestServices.GetRequiredService<IAntiforgery>().ValidateRequestAsync(context);
            }
            catch (AntiforgeryValidationException)
            {
                await Html.Message(
                        "This form is too old",
                        "Go back, load the page again and repeat it. Nothing was done.",
                        StatusCodes.Status400BadRequest
                    )
                    .ExecuteAsync(context);
                return;
            }
        }
        await next(context);
    }

    public static async Task FailuresAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception e)
            when (!context.Response.HasStarted && e is NpgsqlException or SocketException or TimeoutException)
        {
            context.RequestServices.GetRequiredService<ILogger<Here>>().PageFailed(context.Request.Path, e);
            await Html.Message(
                    "The database does not answer",
                    "Or not as it should; the worker's log (id 2023) says more. What was being done may or may not have "
                        + "happened: look at the history before you repeat it.",
                    StatusCodes.Status503ServiceUnavailable
                )
                .ExecuteAsync(context);
        }
    }

    public static async Task EmptyAnswersAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (context.Response.HasStarted || context.Response.ContentType is not null)
            return;
        var answer = context.Response.StatusCode switch
        {
            StatusCodes.Status403Forbidden => Html.Message(
                "Not for you",
                "Your role does not allow this, or the proxy named a user who is not configured. Nothing was done.",
                StatusCodes.Status403Forbidden
            ),
            StatusCodes.Status404NotFound => Html.NotFound(),
            _ => null,
        };
        if (answer is not null)
            await answer.ExecuteAsync(context);
    }
}
