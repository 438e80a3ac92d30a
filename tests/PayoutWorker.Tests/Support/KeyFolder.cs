using System.Security.Cryptography;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Host.Keys;

namespace PayoutWorker.Tests.Support;

/// <summary>A folder with key files, gone at the end.</summary>
internal sealed class KeyFolder : IDisposable
{
    public KeyFolder(BankEnvironment environment = BankEnvironment.Demo)
    {
        Path = Directory.CreateTempSubdirectory("payouts-test-").FullName;
        (Private, Public, _) = KeyPair.Create(environment, Path, "main");
        HashKey = KeyPair.CreateHashKey(environment, Path, "main");
        DataKey = KeyPair.CreateSecret(environment, Path, "main.data.key");
    }

    public string Path { get; }
    public string Private { get; }
    public string Public { get; }
    public string HashKey { get; }
    public string DataKey { get; }

    /// <summary>A file with these rights; by default only its owner's.</summary>
    public string Write(string name, string text, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        var file = System.IO.Path.Combine(Path, name);
        File.WriteAllText(file, text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, mode);
        return file;
    }

    public string WriteRsa(string name, int bits)
    {
        using var rsa = RSA.Create(bits);
        return Write(name, rsa.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
