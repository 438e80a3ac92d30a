using System.Net;
using System.Security.Cryptography;
using System.Text;
using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Admin;

/// <summary>
/// The proxy that authenticates people. Its word is taken from its address alone. Where that is this machine, which every
/// process here and everybody with an SSH tunnel calls from too, only with the secret that the two of us know.
/// </summary>
internal sealed class TrustedProxy
{
    public const string SecretHeader = "X-Proxy-Secret";

    private readonly IPAddress? _address;
    private readonly string _userHeader;
    private readonly byte[]? _secret;

    private TrustedProxy(IPAddress? address, string userHeader, string? secret)
    {
        _address = address;
        _userHeader = userHeader;
        _secret = secret is null ? null : Digest(secret);
    }

    public static TrustedProxy Of(AdminSettings settings) =>
        new(
            settings.ProxyAddress is { } address ? Plain(IPAddress.Parse(address)) : null,
            settings.ProxyUserHeader,
            string.IsNullOrWhiteSpace(settings.ProxySecretFile) ? null : File.ReadAllText(settings.ProxySecretFile)
        );

    public bool IsAt(IPAddress? remote) => remote is not null && Plain(remote).Equals(_address);

    /// <summary>The name that the proxy gives; null when the request is not the proxy's or names nobody.</summary>
    public string? UserOf(HttpContext context) =>
        IsAt(context.Connection.RemoteIpAddress)
        && context.Request.Headers[_userHeader] is [{ Length: > 0 } user]
        && (_secret is null ? !IsFromHere(context.Connection) : Matches(context.Request.Headers[SecretHeader]))
            ? user
            : null;

    // The rules ask for a secret on loopback; one's own address from elsewhere on the machine is no better.
    private static bool IsFromHere(ConnectionInfo connection) =>
        connection is not { RemoteIpAddress: { } remote, LocalIpAddress: { } local }
        || IPAddress.IsLoopback(Plain(remote))
        || IPAddress.IsLoopback(Plain(local))
        || Plain(remote).Equals(Plain(local));

    // Of hashes, so that the time tells nothing of the length either.
    private bool Matches(IReadOnlyList<string?> given) =>
        given is [{ } one] && CryptographicOperations.FixedTimeEquals(Digest(one), _secret);

    private static byte[] Digest(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret.Trim()));

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
