using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using PayoutWorker.Host.Admin;
using PayoutWorker.Host.Ops.Pages;
using PayoutWorker.Host.Ops.Web;

namespace PayoutWorker.Host.Ops.Endpoints;

/// <summary>The way in and out.</summary>
internal static class SignInEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(AdminAuthentication.SignInPath, Show);
        routes.MapPost(AdminAuthentication.SignInPath, (Delegate)SignInAsync);
        routes.MapPost("/ops/sign-out", (Delegate)SignOutAsync).RequireAuthorization(AdminAuthentication.People);
    }

    public static IResult NotConfigured() =>
        Html.Message(
            "The pages are not configured",
            "Set Ops:ConnectionString to a login in the role payouts_ops (docs/operations.md, the pages).",
            StatusCodes.Status503ServiceUnavailable
        );

    private static IResult Show(HttpContext context) =>
        context.User.Identity?.IsAuthenticated == true
            ? Html.SeeOther(Target(context))
            : Html.Page<SignInPage>(new SignInModel(Target(context), null, null));

    private static async Task<IResult> SignInAsync(
        HttpContext context,
        PasswordSignIn signIn,
        AdminUsers users,
        ILogger<PasswordSignIn> logger
    )
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (name, address) = (form["name"].ToString().Trim(), context.Connection.RemoteIpAddress);
        var result = await signIn.TryAsync(name, form["password"].ToString(), address, context.RequestAborted);
        var shown = name.Length > 60 ? name[..60] : name;
        // Passwords get typed into the wrong field; the log is not the place for them.
        var known = users.NameForLog(name);
        switch (result)
        {
            case SignInResult.Right right:
                const string Scheme = CookieAuthenticationDefaults.AuthenticationScheme;
                await context.SignInAsync(Scheme, right.User.Principal(Scheme));
                logger.SignedIn(right.User.Name, $"{address}");
                return Html.SeeOther(Target(context));
            case SignInResult.Locked locked:
                logger.SignInRefused(known, $"{address}", "locked out");
                context.Response.Headers.RetryAfter = $"{(int)Math.Ceiling(locked.For.TotalSeconds)}";
                var wait = $"Too many wrong passwords. Try again in {Here.Span(locked.For)}.";
                return Form(context, shown, wait, StatusCodes.Status429TooManyRequests);
            case SignInResult.Busy:
                return Form(context, shown, "Too many sign in at once.", StatusCodes.Status503ServiceUnavailable);
            default:
                logger.SignInRefused(known, $"{address}", "wrong name or password");
                return Form(context, shown, "The name or the password is wrong.", StatusCodes.Status401Unauthorized);
        }
    }

    private static async Task<IResult> SignOutAsync(HttpContext context)
    {
        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return Html.SeeOther(AdminAuthentication.SignInPath);
    }

    private static IResult Form(HttpContext context, string name, string problem, int status) =>
        Html.Page<SignInPage>(new SignInModel(Target(context), name, problem), status);

    // Only to pages of this listener: a link must not send somebody who has just signed in elsewhere.
    private static string Target(HttpContext context)
    {
        var asked = context.Request.Query[AdminAuthentication.ReturnParameter].ToString();
        return
            asked == OpsPages.Path
            || asked.StartsWith(OpsPages.Path + "/", StringComparison.Ordinal)
                && !asked.StartsWith(AdminAuthentication.SignInPath, StringComparison.Ordinal)
            || asked.StartsWith(OpsPages.Path + "?", StringComparison.Ordinal)
            || asked.StartsWith(Run.Dashboard.Path, StringComparison.Ordinal)
                && asked.Length is var n
                && (n == Run.Dashboard.Path.Length || asked[Run.Dashboard.Path.Length] is '/' or '?')
            ? asked
            : OpsPages.Path;
    }
}
