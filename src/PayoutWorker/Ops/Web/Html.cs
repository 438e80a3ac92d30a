using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;
using PayoutWorker.Host.Ops.Pages;

namespace PayoutWorker.Host.Ops.Web;

/// <summary>Answers made of components.</summary>
internal static class Html
{
    /// <param name="model">The component's parameter <c>Model</c>.</param>
    public static IResult Page<T>(object model, int status = StatusCodes.Status200OK)
        where T : IComponent => new RazorComponentResult<T>(new { Model = model }) { StatusCode = status };

    public static IResult Message(string title, string text, int status) =>
        Page<MessagePage>(new MessageModel(title, text), status);

    public static IResult NotFound() =>
        Message("Not found", "There is no such page or payout.", StatusCodes.Status404NotFound);

    /// <summary>After a post: the browser loads that page anew, so that a reload does nothing twice.</summary>
    public static IResult SeeOther(string path) => new SeeOtherResult(path);

    private sealed class SeeOtherResult(string path) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = path;
            return Task.CompletedTask;
        }
    }
}
