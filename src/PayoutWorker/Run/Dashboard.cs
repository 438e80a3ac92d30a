using Microsoft.AspNetCore.Authentication;
using PayoutWorker.HangfireScheduling;
using PayoutWorker.Host.Admin;
using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Run;

/// <summary>
/// Hangfire's dashboard on the admin listener, for signed-in operators. Where nobody could sign in it does not exist:
/// "from this machine only" would let in everybody behind a proxy.
/// </summary>
internal static class Dashboard
{
    private const string Path = "/hangfire";
    private const string Policy = "operators";

    public static bool IsOn(WorkerConfiguration configuration) =>
        Schedulers.UseHangfire(configuration.Worker)
        && configuration.Admin is { DashboardUser.Length: > 0, DashboardPasswordFile.Length: > 0 };

    public static void AddServices(IServiceCollection services, AdminSettings settings)
    {
        services.AddSingleton(_ => new BasicSignIn(
            settings.DashboardUser!,
            PasswordHash.Parse(File.ReadAllText(settings.DashboardPasswordFile!))!
        ));
        services.AddRouting();
        services
            .AddAuthentication(BasicAuthentication.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, BasicAuthentication>(BasicAuthentication.SchemeName, null);
        services.AddAuthorization(options => options.AddPolicy(Policy, policy => policy.RequireAuthenticatedUser()));
    }

    public static void Map(IApplicationBuilder app) =>
        app.MapWhen(
            context =>
                context.Features.Get<ListenerName>() == ListenerName.Admin
                && context.Request.Path.StartsWithSegments(Path, StringComparison.OrdinalIgnoreCase),
            branch => HangfireModule.MapDashboard(branch, Policy)
        );
}
