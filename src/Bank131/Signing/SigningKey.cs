using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Bank131.Signing;

/// <summary>
/// Our private key of one bank project. Signs the exact bytes that are sent: RSA, SHA-256, PKCS#1 v1.5, Base64
/// (page "Format"). The key is imported once for each thread that signs at the same time, never once a call: the
/// import costs four signatures, and an RSA object is not promised to be thread-safe.
/// </summary>
public sealed class SigningKey : ISigner, IDisposable
{
    private readonly RSAParameters _key;
    private readonly ConcurrentBag<RSA> _idle = [];

    private SigningKey(RSA rsa)
    {
        _key = rsa.ExportParameters(includePrivateParameters: true);
        KeySizeBits = rsa.KeySize;
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(rsa.ExportSubjectPublicKeyInfo()));
    }

    public int KeySizeBits { get; }

    /// <summary>SHA-256 of the public key's DER form, lower-case hex.</summary>
    public string Fingerprint { get; }

    /// <summary>Takes a PEM private key (PKCS#8 or PKCS#1) of at least 2048 bits.</summary>
    /// <exception cref="CryptographicException">Not a readable private key, or too short.</exception>
    public static SigningKey FromPem(string pem)
    {
        using var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
            if (rsa.KeySize < 2048)
                throw new CryptographicException($"expected an RSA key of at least 2048 bits, got {rsa.KeySize}");
            return new SigningKey(rsa);
        }
        catch (ArgumentException e)
        {
            throw new CryptographicException("expected one RSA private key in PEM form", e);
        }
    }

    /// <summary>The value of <c>X-PARTNER-SIGN</c> for these bytes.</summary>
    public string Sign(ReadOnlySpan<byte> body)
    {
        if (!_idle.TryTake(out var rsa))
            rsa = RSA.Create(_key);
        try
        {
            return Convert.ToBase64String(rsa.SignData(body, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        }
        finally
        {
            // Stryker disable once Statement : kept for the next call; without it only time is lost
            _idle.Add(rsa);
        }
    }

    string ISigner.Sign(ReadOnlySpan<byte> body) => Sign(body);

    public void Dispose()
    {
        while (_idle.TryTake(out var rsa))
            // Stryker disable once Statement : what it frees cannot be seen from outside
            rsa.Dispose();
    }
}
