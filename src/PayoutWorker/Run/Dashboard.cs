using PayoutWorker.HangfireScheduling;
using PayoutWorker.Host.Admin;
using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Run;

/// <summary>
/// Hangfire's dashboard on the admin listener, behind the sign-in of the operators' pages. Where nobody could sign in it
/// does not exist: "from this machine only" would let in everybody behind a proxy.
/// </summary>
internal static class Dashboard
{
    public const string Path = "/hangfire";

    public static bool IsOn(WorkerConfiguration configuration) =>
        Schedulers.UseHangfire(configuration.Worker) && configuration.Admin.Users.Count > 0;

    public static void Map(IApplicationBuilder app, WorkerConfiguration configuration) =>
        app.MapWhen(
            context =>
                context.Features.Get<ListenerName>() == ListenerName.Admin
                && context.Request.Path.StartsWithSegments(Path, StringComparison.OrdinalIgnoreCase),
            branch =>
            {
                AdminAuthentication.UseTls(branch, configuration);
                branch.Use(
                    (context, next) =>
                    {
                        // Its own scripts and styles stand within its pages, so no more than this can be said.
                        context.Response.Headers.XFrameOptions = "DENY";
                        context.Response.Headers.XContentTypeOptions = "nosniff";
                        context.Response.Headers["Referrer-Policy"] = "same-origin";
                        return next(context);
                    }
                );
                HangfireModule.MapDashboard(branch, AdminAuthentication.People);
            }
        );
}
