using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace PayoutWorker.Host.Admin;

/// <summary>The browser's own question for user and password, until the operators' pages bring a sign-in.</summary>
internal sealed class BasicAuthentication(
    BasicSignIn signIn,
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Basic";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        string? header = Request.Headers.Authorization;
        if (header is null)
            return AuthenticateResult.NoResult();
        if (!await signIn.IsRightAsync(header, Context.RequestAborted))
            return AuthenticateResult.Fail("wrong user or password");
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Role, "operator")], SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = "Basic realm=\"payouts\", charset=\"UTF-8\"";
        return Task.CompletedTask;
    }
}
