using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Bank131.Signing;

/// <summary>One public key of the other side. Imported once for each thread that verifies at the same time.</summary>
public sealed class VerifyingKey : IDisposable
{
    private const int MaxSignatureLength = 2048;

    private readonly RSAParameters _key;
    private readonly ConcurrentBag<RSA> _idle = [];

    private VerifyingKey(RSA rsa)
    {
        _key = rsa.ExportParameters(includePrivateParameters: false);
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(rsa.ExportSubjectPublicKeyInfo()));
    }

    /// <summary>SHA-256 of the key's DER form, lower-case hex.</summary>
    public string Fingerprint { get; }

    /// <summary>Takes a PEM public key of at least 2048 bits.</summary>
    /// <param name="id">Named in what is said of a bad key.</param>
    /// <exception cref="CryptographicException">Not a readable public key, or too short.</exception>
    public static VerifyingKey FromPem(string id, string pem)
    {
        using var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
        }
        catch (ArgumentException e)
        {
            throw new CryptographicException($"key {id}: expected one RSA public key in PEM form", e);
        }
        if (rsa.KeySize < 2048)
            throw new CryptographicException($"key {id}: expected at least 2048 bits, got {rsa.KeySize}");
        return new VerifyingKey(rsa);
    }

    /// <summary>
    /// The bytes of a signature in its one canonical Base64 form, or null: added white space would verify too, and
    /// make one message look like several.
    /// </summary>
    public static byte[]? Bytes(string? signature)
    {
        if (signature is null || signature.Length > MaxSignatureLength)
            return null;
        var bytes = new byte[signature.Length];
        if (!Convert.TryFromBase64String(signature, bytes, out var length))
            return null;
        return Convert.ToBase64String(bytes.AsSpan(0, length)) == signature ? bytes[..length] : null;
    }

    public bool Verify(ReadOnlySpan<byte> body, ReadOnlySpan<byte> signature)
    {
        if (!_idle.TryTake(out var rsa))
            rsa = RSA.Create(_key);
        try
        {
            return rsa.VerifyData(body, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        finally
        {
            // Stryker disable once Statement : kept for the next call; without it only time is lost
            _idle.Add(rsa);
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var rsa))
            // Stryker disable once Statement : what it frees cannot be seen from outside
            rsa.Dispose();
    }
}
