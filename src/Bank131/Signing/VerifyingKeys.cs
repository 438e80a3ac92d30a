using System.Security.Cryptography;

namespace Bank131.Signing;

/// <summary>Public keys that do not change: a signature of any of them is good.</summary>
public sealed class VerifyingKeys : IVerifier, IDisposable
{
    private readonly IReadOnlyList<(string Id, VerifyingKey Key)> _keys;

    /// <param name="keys">Key id (our name for it, kept with each webhook) and PEM public key.</param>
    /// <exception cref="CryptographicException">A key is not readable or shorter than 2048 bits.</exception>
    public VerifyingKeys(IEnumerable<(string Id, string Pem)> keys) =>
        _keys = [.. keys.Select(key => (key.Id, VerifyingKey.FromPem(key.Id, key.Pem)))];

    public IEnumerable<string> Ids => _keys.Select(key => key.Id);

    public string? Verify(ReadOnlySpan<byte> body, string? signature)
    {
        if (VerifyingKey.Bytes(signature) is not { } raw)
            return null;
        foreach (var (id, key) in _keys)
            if (key.Verify(body, raw))
                return id;
        return null;
    }

    public void Dispose()
    {
        foreach (var (_, key) in _keys)
            // Stryker disable once Statement : what it frees cannot be seen from outside
            key.Dispose();
    }
}
