using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Bank131.Signing;

/// <summary>The other side's public keys, current and next: a signature of any of them is good.</summary>
public sealed class VerifyingKeys : IDisposable
{
    private readonly IReadOnlyList<Key> _keys;

    /// <param name="keys">Key id (our name for it, kept with each webhook) and PEM public key.</param>
    /// <exception cref="CryptographicException">A key is not readable or shorter than 2048 bits.</exception>
    public VerifyingKeys(IEnumerable<(string Id, string Pem)> keys) =>
        _keys = [.. keys.Select(key => new Key(key.Id, key.Pem))];

    public IEnumerable<string> Ids => _keys.Select(key => key.Id);

    /// <summary>
    /// The id of the key that signed the body, or null. Only the one canonical Base64 form of a signature counts:
    /// added white space would verify too, and make one message look like several.
    /// </summary>
    public string? Verify(ReadOnlySpan<byte> body, string? signature)
    {
        if (signature is null || signature.Length > 2048)
            return null;
        var bytes = new byte[signature.Length];
        if (!Convert.TryFromBase64String(signature, bytes, out var length))
            return null;
        var raw = bytes.AsSpan(0, length);
        if (Convert.ToBase64String(raw) != signature)
            return null;
        foreach (var key in _keys)
            if (key.Verify(body, raw))
                return key.Id;
        return null;
    }

    public void Dispose()
    {
        foreach (var key in _keys)
            // Stryker disable once Statement : what it frees cannot be seen from outside
            key.Dispose();
    }

    private sealed class Key : IDisposable
    {
        private readonly RSAParameters _key;
        private readonly ConcurrentBag<RSA> _idle = [];

        public Key(string id, string pem)
        {
            Id = id;
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
            _key = rsa.ExportParameters(includePrivateParameters: false);
        }

        public string Id { get; }

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
}
