using System.Net;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Admin;

/// <summary>
/// The person whom an authenticating proxy names in a header. Believed from that proxy's address alone, and only for
/// people of the configuration: from anywhere else the header is air.
/// </summary>
internal sealed class ProxyAuthentication(
    AdminUsers users,
    AdminSettings settings,
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Proxy";

    /// <summary>Whether the request comes from the proxy and names somebody.</summary>
    public static bool Applies(HttpContext context, AdminSettings settings) =>
        settings.ProxyAddress is { } proxy
        && context.Connection.RemoteIpAddress is { } remote
        && (remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote).Equals(IPAddress.Parse(proxy))
        && context.Request.Headers[settings.ProxyUserHeader] is [{ Length: > 0 }];

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!Applies(Context, settings))
            return Task.FromResult(AuthenticateResult.NoResult());
        var user = users.Find(Request.Headers[settings.ProxyUserHeader].ToString());
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
