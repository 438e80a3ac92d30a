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
        services.AddSingleton(_ => TrustedProxy.Of(admin));
        services.AddSingleton(p => new Attempts(
            admin.LockAfter,
            admin.LockTime,
            address => admin.BehindTls || p.GetRequiredService<TrustedProxy>().IsAt(address),
            p.GetRequiredService<TimeProvider>()
        ));
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
                        ProxyAuthentication.Applies(context)
                            ? ProxyAuthentication.SchemeName
                            : CookieAuthenticationDefaults.AuthenticationScheme
            )
            .AddScheme<AuthenticationSchemeOptions, ProxyAuthentication>(ProxyAuthentication.SchemeName, null)
            .AddCookie(options => Configure(options, configuration));
        services
            .AddAuthorizationBuilder()
            .AddPolicy(People, policy => policy.RequireAuthenticatedUser())
            .AddPolicy(Operators, policy => policy.RequireRole(nameof(UserRole.Operator)));
    }

    /// <summary>Cookies travel over TLS alone, except between a browser and a worker on one machine.</summary>
    public static CookieSecurePolicy IsSecure(WorkerConfiguration configuration) =>
        ListenerAddress.Parse(configuration.Http.AdminUrl) is { IsLoopback: true }
        && configuration.Admin is { BehindTls: false, ProxyAddress: null }
            ? CookieSecurePolicy.SameAsRequest
            : CookieSecurePolicy.Always;

    /// <summary>
    /// TLS ends in the proxy before us: cookies and redirects are for its side of it. Whoever comes without TLS gets
    /// cookies that the browser does not keep.
    /// </summary>
    public static void UseTls(IApplicationBuilder app, WorkerConfiguration configuration)
    {
        if (IsSecure(configuration) != CookieSecurePolicy.Always)
            return;
        app.Use(
            (context, next) =>
            {
                context.Request.IsHttps = true;
                return next(context);
            }
        );
    }

    /// <summary>Sent to this host alone; no script reads it, and no other host of the domain can set a prefixed name.</summary>
    public static void Protect(CookieBuilder cookie, string name, WorkerConfiguration configuration)
    {
        cookie.SecurePolicy = IsSecure(configuration);
        cookie.Name = cookie.SecurePolicy == CookieSecurePolicy.Always ? $"__Host-{name}" : name;
        cookie.Path = "/";
        cookie.HttpOnly = true;
        cookie.SameSite = SameSiteMode.Strict;
    }

    private static void Configure(CookieAuthenticationOptions options, WorkerConfiguration configuration)
    {
        Protect(options.Cookie, "payouts-session", configuration);
        options.ExpireTimeSpan = configuration.Admin.SessionTime;
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
