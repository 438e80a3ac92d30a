using System.Security.Cryptography;
using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Keys;

/// <summary>Makes key files: the private half is readable by its owner only from the first byte on.</summary>
internal static class KeyPair
{
    private const int Bits = 2048;
    private const int HashKeyBytes = 32;

    /// <summary>Writes NAME.private.pem and NAME.public.pem.</summary>
    /// <exception cref="IOException">One of the files exists: a key is never overwritten.</exception>
    public static (string PrivateFile, string PublicFile, string Fingerprint) Create(
        BankEnvironment environment,
        string folder,
        string name
    )
    {
        using var rsa = RSA.Create(Bits);
        var comment = KeyComment.Line(environment);
        Directory.CreateDirectory(folder);
        var (privateFile, publicFile) = (
            Path.Combine(folder, $"{name}.private.pem"),
            Path.Combine(folder, $"{name}.public.pem")
        );
        WriteSecret(privateFile, $"{comment}\n{rsa.ExportPkcs8PrivateKeyPem()}\n");
        Write(publicFile, $"{comment}\n{rsa.ExportSubjectPublicKeyInfoPem()}\n");
        return (privateFile, publicFile, Fingerprint(rsa));
    }

    /// <summary>Writes NAME.hash.key, the secret for hashes of bodies that hold a card number.</summary>
    /// <exception cref="IOException">The file exists.</exception>
    public static string CreateHashKey(BankEnvironment environment, string folder, string name) =>
        CreateSecret(environment, folder, $"{name}.hash.key");

    /// <summary>Writes a file with 32 random bytes in Base64, for its owner only.</summary>
    /// <exception cref="IOException">The file exists.</exception>
    public static string CreateSecret(BankEnvironment environment, string folder, string fileName)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, fileName);
        var secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(HashKeyBytes));
        WriteSecret(file, $"{KeyComment.Line(environment)}\n{secret}\n");
        return file;
    }

    /// <summary>SHA-256 of the public key's DER form, lower-case hex.</summary>
    public static string Fingerprint(RSA rsa) =>
        Convert.ToHexStringLower(SHA256.HashData(rsa.ExportSubjectPublicKeyInfo()));

    private static void WriteSecret(string file, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(file, options);
        writer.Write(text);
    }

    private static void Write(string file, string text)
    {
        using var stream = new FileStream(file, FileMode.CreateNew);
        using var writer = new StreamWriter(stream);
        writer.Write(text);
    }
}
