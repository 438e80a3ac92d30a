using System.Security.Cryptography;
using System.Text;

namespace PayoutWorker.Audit;

/// <summary>The hashes of 0010_seal_history.sql, computed anew here: the database's own functions are not believed.</summary>
internal static class Hashes
{
    /// <summary>Bytes of a digest: the first half of a SHA-256.</summary>
    public const int DigestSize = 16;

    /// <summary>The digest of a row, from the text that it covers.</summary>
    public static byte[] Digest(string covered) => SHA256.HashData(Encoding.UTF8.GetBytes(covered))[..DigestSize];

    /// <summary>A link of a chain: SHA-256 of the fields as a JSON array of texts.</summary>
    /// <param name="fields">Plain: without quotes, backslashes or control characters.</param>
    public static byte[] Chained(params IEnumerable<string> fields) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(Text(fields)));

    /// <summary>What <see cref="Chained"/> hashes.</summary>
    public static string Text(IEnumerable<string> fields) => $"[\"{string.Join("\",\"", fields)}\"]";

    /// <summary>Small letters, as PostgreSQL writes it; nothing for nothing.</summary>
    public static string Hex(byte[]? bytes) => bytes is null ? "" : Convert.ToHexStringLower(bytes);
}
