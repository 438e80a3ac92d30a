using Hangfire;
using Hangfire.Dashboard;
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
            DashboardTitle = "Payout jobs",
            IsReadOnlyFunc = _ => true,
            AppPath = null,
            // Each open page asks this often; counting is not free.
            StatsPollingInterval = 10_000,
            DisplayStorageConnectionString = false,
        };

    // The operators' pages of the same listener: what is to be done about a payout is done there, with a trace.
    private static readonly Func<RazorPage, MenuItem> Payouts = _ => new MenuItem("Payouts", "/ops");

    /// <summary>Hangfire keeps one menu for the whole process.</summary>
    public static void AddMenu()
    {
        if (!NavigationMenu.Items.Contains(Payouts))
            NavigationMenu.Items.Insert(0, Payouts);
    }

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
