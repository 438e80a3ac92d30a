using System.Globalization;
using System.Security.Cryptography;

namespace PayoutWorker.Host.Admin;

/// <summary>A password as it is kept: <c>pbkdf2-sha256:iterations:salt:hash</c>, the last two in Base64.</summary>
internal sealed record PasswordHash(int Iterations, byte[] Salt, byte[] Hash)
{
    private const string Kind = "pbkdf2-sha256";

    // What OWASP asks for: a quarter of a second for each guess.
    private const int IterationsNow = 600_000;
    public const int IterationsMin = 100_000;
    private const int Length = 32;

    public static PasswordHash Of(string password, int iterations = IterationsNow)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        return new PasswordHash(iterations, salt, Derive(password, salt, iterations));
    }

    /// <summary>Null when the text is no such hash, or one that is too cheap to guess.</summary>
    public static PasswordHash? Parse(string text)
    {
        var salt = new byte[64];
        var hash = new byte[Length];
        return
            text.Trim().Split(':') is [Kind, var count, var first, var second]
            && int.TryParse(count, CultureInfo.InvariantCulture, out var iterations)
            && iterations is >= IterationsMin and <= 10_000_000
            && Convert.TryFromBase64String(first, salt, out var saltLength)
            && saltLength >= 16
            && Convert.TryFromBase64String(second, hash, out var hashLength)
            && hashLength == Length
            ? new PasswordHash(iterations, salt[..saltLength], hash)
            : null;
    }

    /// <summary>Takes the same time whatever is wrong.</summary>
    public bool Matches(string password) =>
        CryptographicOperations.FixedTimeEquals(Derive(password, Salt, Iterations), Hash);

    public override string ToString() =>
        $"{Kind}:{Iterations}:{Convert.ToBase64String(Salt)}:{Convert.ToBase64String(Hash)}";

    private static byte[] Derive(string password, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA256, Length);
}
