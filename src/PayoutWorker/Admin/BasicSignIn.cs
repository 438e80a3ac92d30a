using System.Security.Cryptography;
using System.Text;

namespace PayoutWorker.Host.Admin;

/// <summary>
/// Checks a user and a password. A hash is dear on purpose, and a page asks for many files: one guess is checked at a
/// time, and what was right once is known again.
/// </summary>
internal sealed class BasicSignIn(string user, PasswordHash password) : IDisposable
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly SemaphoreSlim _checking = new(1, 1);
    private byte[] _right = [];

    /// <param name="header">The value of Authorization, e.g. <c>Basic dXNlcjpwYXNz</c>.</param>
    public async Task<bool> IsRightAsync(string? header, CancellationToken cancellationToken)
    {
        const string Scheme = "Basic ";
        if (header is null || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || header.Length > 1000)
            return false;
        var mark = HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(header[Scheme.Length..].Trim()));
        if (IsKnown(mark))
            return true;
        if (Read(header[Scheme.Length..]) is not { } given)
            return false;
        await _checking.WaitAsync(cancellationToken);
        try
        {
            // Others may have waited with the same.
            if (IsKnown(mark))
                return true;
            var rightUser = CryptographicOperations.FixedTimeEquals(Marked(given.User), Marked(user));
            var rightPassword = await Task.Run(() => password.Matches(given.Password), CancellationToken.None);
            if (!(rightUser & rightPassword))
                return false;
            Volatile.Write(ref _right, mark);
            return true;
        }
        finally
        {
            _checking.Release();
        }
    }

    public void Dispose() => _checking.Dispose();

    private bool IsKnown(byte[] mark) => CryptographicOperations.FixedTimeEquals(mark, Volatile.Read(ref _right));

    // Of one length, so that comparing tells nothing.
    private byte[] Marked(string text) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text));

    private static (string User, string Password)? Read(string encoded)
    {
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded.Trim(), bytes, out var length))
            return null;
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : (text[..colon], text[(colon + 1)..]);
    }
}
