using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using PayoutWorker.Host.Configuration;
using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Admin;

/// <summary>Who somebody on the admin listener is: by a session cookie after the sign-in, or by the proxy's header.</summary>
internal static class AdminAuthentication
{
    public const string SignInPath = "/ops/sign-in";
    public const string ReturnParameter = "return";

    /// <summary>Everybody who is signed in.</summary>
    public const string People = "people";

    /// <summary>Those who may change something.</summary>
    public const string Operators = "operators";

    private const string SchemeName = "Admin";

    public static void Add(IServiceCollection services, WorkerConfiguration configuration)
    {
        var admin = configuration.Admin;
        services.AddSingleton(admin);
        services.AddSingleton(_ => AdminUsers.Of(admin));
        services.AddSingleton(p => new Attempts(admin.LockAfter, admin.LockTime, p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<PasswordSignIn>();
        var protection = services.AddDataProtection().SetApplicationName("payouts");
        if (admin.KeyFolder is { } folder)
            protection.PersistKeysToFileSystem(new DirectoryInfo(folder));
        else
            protection.UseEphemeralDataProtectionProvider();
        services
            .AddAuthentication(SchemeName)
            .AddPolicyScheme(
                SchemeName,
                null,
                options =>
                    options.ForwardDefaultSelector = context =>
                        ProxyAuthentication.Applies(context, admin)
                            ? ProxyAuthentication.SchemeName
                            : CookieAuthenticationDefaults.AuthenticationScheme
            )
            .AddScheme<AuthenticationSchemeOptions, ProxyAuthentication>(ProxyAuthentication.SchemeName, null)
            .AddCookie(options => Configure(options, admin, IsSecure(configuration)));
        services
            .AddAuthorizationBuilder()
            .AddPolicy(People, policy => policy.RequireAuthenticatedUser())
            .AddPolicy(Operators, policy => policy.RequireRole(nameof(UserRole.Operator)));
    }

    /// <summary>Cookies travel over TLS alone, except between a browser and a worker on one machine.</summary>
    public static CookieSecurePolicy IsSecure(WorkerConfiguration configuration) =>
        ListenerAddress.Parse(configuration.Http.AdminUrl) is { IsLoopback: true }
        && configuration.Admin.ProxyAddress is null
            ? CookieSecurePolicy.SameAsRequest
            : CookieSecurePolicy.Always;

    private static void Configure(CookieAuthenticationOptions options, AdminSettings admin, CookieSecurePolicy secure)
    {
        options.Cookie.Name = "payouts-session";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Strict;
        options.Cookie.SecurePolicy = secure;
        options.ExpireTimeSpan = admin.SessionTime;
        // The overview loads itself again: a session that moves on with each look would never end.
        options.SlidingExpiration = false;
        options.LoginPath = SignInPath;
        options.ReturnUrlParameter = ReturnParameter;
        options.Events.OnRedirectToAccessDenied = context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
        options.Events.OnValidatePrincipal = async context =>
        {
            if (context.HttpContext.RequestServices.GetRequiredService<AdminUsers>().Knows(context.Principal))
                return;
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        };
    }
}
