using System.Security.Cryptography;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Host.Keys;

namespace PayoutWorker.Host.Configuration.Rules;

/// <summary>What is asked of key files.</summary>
internal static class KeyRules
{
    public const int MinBits = 2048;

    public static void Private(string path, string? file, BankEnvironment environment, Findings findings)
    {
        if (SecretFile.Check(path, file, environment, findings) is { } pem)
            Check(path, file!, pem, isPrivate: true, environment, findings);
    }

    public static void Public(string path, string? file, BankEnvironment environment, Findings findings)
    {
        if (SecretFile.Read(path, file, findings) is { } pem)
            Check(path, file!, pem, isPrivate: false, environment, findings);
    }

    private static void Check(
        string path,
        string file,
        string pem,
        bool isPrivate,
        BankEnvironment environment,
        Findings findings
    )
    {
        var kind = isPrivate ? "private" : "public";
        if (isPrivate != pem.Contains("PRIVATE KEY", StringComparison.Ordinal))
        {
            var other = isPrivate ? "no private key" : "a private key";
            findings.Add(
                path,
                $"a {kind} key in PEM form",
                $"'{file}' with {other}",
                "Give the other half of the pair."
            );
            return;
        }
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            if (rsa.KeySize < MinBits)
                findings.Add(
                    path,
                    $"an RSA key of at least {MinBits} bits",
                    $"'{file}' with {rsa.KeySize}",
                    "Make another: keys new."
                );
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            findings.Add(path, $"one RSA {kind} key in PEM form", $"'{file}', which is none", "Make one: keys new.");
            return;
        }
        if (KeyComment.Environment(pem) is { } made && made != environment)
            findings.Add(
                path,
                $"a key for the {Word(environment)} bank",
                $"'{file}', made for {Word(made)}",
                "Never use one key for both: make another with keys new."
            );
    }

    private static string Word(BankEnvironment environment) => environment == BankEnvironment.Live ? "live" : "demo";
}
