using Hangfire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PayoutWorker.Jobs;

namespace PayoutWorker.HangfireScheduling.Dashboard;

/// <summary>Hangfire's dashboard, to look at only: what an operator does leaves a trace, and its buttons leave none.</summary>
internal static class DashboardPages
{
    private static DashboardOptions Options =>
        new()
        {
            DashboardTitle = "Payouts",
            IsReadOnlyFunc = _ => true,
            AppPath = null,
            // Each open page asks this often; counting is not free.
            StatsPollingInterval = 10_000,
            DisplayStorageConnectionString = false,
        };

    /// <param name="policy">Who may see it. Hangfire's own "from this machine" would let everybody in behind a proxy.</param>
    public static void Map(IApplicationBuilder app, string policy)
    {
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.Use(WhileUsableAsync);
        app.UseEndpoints(endpoints =>
            endpoints.MapHangfireDashboardWithAuthorizationPolicy(policy, "/hangfire", Options)
        );
    }

    private static Task WhileUsableAsync(HttpContext context, RequestDelegate next)
    {
        var board = context.RequestServices.GetRequiredService<SchedulerBoard>();
        if (board.OtherRuns)
            return next(context);
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsync($"The jobs run on: {board.Name}\n", context.RequestAborted);
    }
}
