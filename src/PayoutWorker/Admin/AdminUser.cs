using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Admin;

/// <summary>A person who may sign in.</summary>
/// <param name="Password">Null where only the proxy lets the person in.</param>
internal sealed record AdminUser(string Name, UserRole Role, PasswordHash? Password)
{
    private const string StampClaim = "stamp";

    /// <summary>Changes with password and role: a cookie of before is worth nothing then.</summary>
    public string Stamp =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{Name}\n{Role}\n{Password}")))[..16];

    public ClaimsPrincipal Principal(string scheme) =>
        new(
            new ClaimsIdentity(
                [
                    new Claim(ClaimTypes.NameIdentifier, Name),
                    new Claim(ClaimTypes.Name, Name),
                    new Claim(ClaimTypes.Role, Role.ToString()),
                    new Claim(StampClaim, Stamp),
                ],
                scheme
            )
        );

    /// <summary>
    /// Whether a session of before is still this person's. Never without a password: nobody signs in as such a person, and
    /// nothing secret would stand in the stamp.
    /// </summary>
    public bool Is(ClaimsPrincipal? principal) =>
        Password is not null && principal?.Identity?.Name == Name && principal.FindFirstValue(StampClaim) == Stamp;
}
