using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace PayoutWorker.Host.Admin;

/// <summary>
/// The person whom an authenticating proxy names in a header. Believed from that proxy alone, and only for people of the
/// configuration: from anybody else the header is air.
/// </summary>
internal sealed class ProxyAuthentication(
    AdminUsers users,
    TrustedProxy proxy,
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Proxy";

    /// <summary>Whether the request comes from the proxy and names somebody.</summary>
    public static bool Applies(HttpContext context) =>
        context.RequestServices.GetRequiredService<TrustedProxy>().UserOf(context) is not null;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (proxy.UserOf(Context) is not { } name)
            return Task.FromResult(AuthenticateResult.NoResult());
        var user = users.Find(name);
        return Task.FromResult(
            user is null
                ? AuthenticateResult.Fail("a user who is not configured")
                : AuthenticateResult.Success(new AuthenticationTicket(user.Principal(SchemeName), SchemeName))
        );
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }
}
