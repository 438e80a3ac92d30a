using System.Security.Cryptography;
using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Keys;

/// <summary>What a key file holds, in one line without the key.</summary>
internal static class KeyDescription
{
    public static string Of(string file)
    {
        string text;
        try
        {
            text = File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"'{file}' cannot be read", ExitCode.CheckFailed);
        }
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(text);
            var half = text.Contains("PRIVATE KEY", StringComparison.Ordinal) ? "private" : "public";
            var made = KeyComment.Environment(text) switch
            {
                BankEnvironment.Live => "for live",
                BankEnvironment.Demo => "for demo",
                _ => "environment not marked",
            };
            return $"{file}: RSA {rsa.KeySize}, {half}, {made}, fingerprint {KeyPair.Fingerprint(rsa)}";
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw new StartException($"'{file}' holds no RSA key in PEM form", ExitCode.CheckFailed);
        }
    }
}
