using System.Security.Cryptography;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Host.Keys;

namespace PayoutWorker.Host.Configuration.Rules;

/// <summary>What is asked of key files.</summary>
internal static class KeyRules
{
    public const int MinBits = 2048;

    /// <summary>The text of the file; null where nothing is configured or a problem was noted.</summary>
    public static string? Private(string path, string? file, BankEnvironment environment, Findings findings) =>
        SecretFile.Check(path, file, environment, findings) is { } pem
        && IsGood(path, file!, pem, isPrivate: true, environment, findings)
            ? pem
            : null;

    /// <summary>As <see cref="Private"/>, of the other half.</summary>
    public static string? Public(string path, string? file, BankEnvironment environment, Findings findings) =>
        SecretFile.Read(path, file, findings) is { } pem
        && IsGood(path, file!, pem, isPrivate: false, environment, findings)
            ? pem
            : null;

    /// <summary>Names and dates of a list of keys, without their files.</summary>
    public static void List(string path, IReadOnlyList<KeySettings> keys, Findings findings)
    {
        for (var i = 0; i < keys.Count; i++)
        {
            var key = keys[i];
            if (string.IsNullOrWhiteSpace(key.Id) || keys.Take(i).Any(other => other.Id == key.Id))
                findings.Add($"{path}:{i}:Id", "a name of its own", $"'{key.Id}'", "Name each key, e.g. 2026-11.");
            if (string.IsNullOrWhiteSpace(key.File))
                findings.Add($"{path}:{i}:File", "a PEM file", "nothing", "Give the file of the key.");
            if (key.ValidFrom >= key.ValidTo)
                findings.Add(
                    $"{path}:{i}:ValidTo",
                    "a time after ValidFrom",
                    $"{key.ValidTo:u}",
                    "Correct one of the two."
                );
        }
    }

    private static bool IsGood(
        string path,
        string file,
        string pem,
        bool isPrivate,
        BankEnvironment environment,
        Findings findings
    )
    {
        var before = findings.Problems.Count;
        Check(path, file, pem, isPrivate, environment, findings);
        return findings.Problems.Count == before;
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
