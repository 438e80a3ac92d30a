using System.Security.Cryptography;

namespace Bank131.Simulator.Tests.Support;

/// <summary>Key pairs of one test run: making them takes longer than most tests.</summary>
internal static class Keys
{
    public static (string Private, string Public) Partner { get; } = New();
    public static (string Private, string Public) Bank { get; } = New();
    public static (string Private, string Public) NextBank { get; } = New();

    private static (string Private, string Public) New()
    {
        using var rsa = RSA.Create(2048);
        return (rsa.ExportPkcs8PrivateKeyPem(), rsa.ExportSubjectPublicKeyInfoPem());
    }
}
