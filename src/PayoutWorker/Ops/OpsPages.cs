using PayoutWorker.Driving;
using PayoutWorker.Host.Admin;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Host.Ops.Endpoints;
using PayoutWorker.Host.Ops.Store;
using PayoutWorker.Host.Ops.Web;
using PayoutWorker.Host.Run;

namespace PayoutWorker.Host.Ops;

/// <summary>The operators' pages under /ops on the admin listener. They are there where somebody may sign in.</summary>
internal static class OpsPages
{
    public const string Path = "/ops";

    public static bool IsOn(WorkerConfiguration configuration) => configuration.Admin.Users.Count > 0;

    public static void AddServices(IServiceCollection services, WorkerConfiguration configuration)
    {
        AdminAuthentication.Add(services, configuration);
        services.AddRouting();
        services.AddRazorComponents();
        services.AddHttpContextAccessor();
        services.AddAntiforgery(options =>
        {
            AdminAuthentication.Protect(options.Cookie, "payouts-form", configuration);
            options.SuppressXFrameOptionsHeader = true;
        });
        services.AddSingleton(TimeZoneInfo.FindSystemTimeZoneById(configuration.Ops.TimeZone));
        services.AddScoped<Here>();
        if (configuration.Ops.ConnectionString is null)
            return;
        services.AddSingleton(p => new OpsDatabase(
            DataSources.Ops(configuration.Ops, p.GetRequiredService<WorkerIdentity>().Name),
            DataSources.OpsActions(configuration.Ops, p.GetRequiredService<WorkerIdentity>().Name)
        ));
        services.AddSingleton(p => new OverviewReader(
            p.GetRequiredService<OpsDatabase>(),
            p.GetRequiredService<IBank>(),
            p.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton<PayoutReader>();
        services.AddSingleton<SearchTerms>();
        services.AddSingleton<StoredBodies>();
    }

    /// <summary>
    /// A pipeline of its own: the other listener's requests never come near its routes, whatever they claim to be.
    /// </summary>
    public static RequestDelegate Build(IServiceProvider services, WorkerConfiguration configuration)
    {
        var app = new ApplicationBuilder(services);
        AdminAuthentication.UseTls(app, configuration);
        app.Use(SecurityHeaders.AddAsync);
        app.Use(Guards.FailuresAsync);
        app.Use(Guards.EmptyAnswersAsync);
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.Use(Guards.FormsAsync);
        app.UseEndpoints(routes => Map(routes, configuration));
        return app.Build();
    }

    private static void Map(IEndpointRouteBuilder routes, WorkerConfiguration configuration)
    {
        Files.Map(routes);
        SignInEndpoints.Map(routes);
        if (configuration.Ops.ConnectionString is null)
        {
            routes.MapGet(Path, SignInEndpoints.NotConfigured).RequireAuthorization(AdminAuthentication.People);
            return;
        }
        var people = routes.MapGroup(Path).RequireAuthorization(AdminAuthentication.People);
        var operators = routes.MapGroup(Path).RequireAuthorization(AdminAuthentication.Operators);
        OverviewEndpoints.Map(people);
        PayoutEndpoints.Map(people);
        ShowEndpoints.Map(people, operators);
        ActionEndpoints.Map(operators);
        BulkEndpoints.Map(operators);
        SwitchEndpoints.Map(people, operators);
        AlarmEndpoints.Map(people, operators);
        GapEndpoints.Map(people, operators);
        ApprovalEndpoints.Map(people, operators);
        ControlEndpoints.Map(people, operators);
        DifferenceEndpoints.Map(people, operators);
        ExportEndpoints.Map(people);
    }
}
