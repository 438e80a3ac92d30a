using System.Security.Cryptography;
using Bank131.Client;
using Bank131.Signing;

namespace Bank131.Tests.Support;

/// <summary>Keys of one run: making one takes longer than most tests.</summary>
internal static class TestKey
{
    public static (string Private, string Public) One { get; } = New();
    public static (string Private, string Public) Two { get; } = New();
    public static SigningKey Signing { get; } = SigningKey.FromPem(One.Private);
    public static BankProject Project { get; } = new("rko", "rko-project", Signing);

    public static (string Private, string Public) New(int bits = 2048)
    {
        using var rsa = RSA.Create(bits);
        return (rsa.ExportPkcs8PrivateKeyPem(), rsa.ExportSubjectPublicKeyInfoPem());
    }
}
