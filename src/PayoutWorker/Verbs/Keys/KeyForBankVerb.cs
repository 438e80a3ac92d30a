using System.CommandLine;
using System.Security.Cryptography;
using PayoutWorker.Host.Keys;

namespace PayoutWorker.Host.Verbs.Keys;

/// <summary><c>keys for-bank</c>: what the bank needs of a pair, and nothing that it must not have.</summary>
internal static class KeyForBankVerb
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "PEM file of the pair, either half" };
        var command = new Command("for-bank", "Print the public key as the bank takes it, and what to say with it.")
        {
            file,
        };
        command.SetAction(parsed =>
        {
            Console.Out.Write(Text(parsed.GetValue(file)!));
            return ExitCode.Ok;
        });
        return command;
    }

    /// <exception cref="StartException">The file holds no RSA key.</exception>
    internal static string Text(string file)
    {
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(File.ReadAllText(file));
            return $"""
                {rsa.ExportSubjectPublicKeyInfoPem()}

                For the bank's application for recognition of a signature key, with the key above:
                  project       the id that the bank issued (Bank:Projects:N:PartnerProject)
                  algorithm     RSA {rsa.KeySize}, SHA-256, PKCS#1 v1.5; signature in Base64 over the raw body
                  form of key   X.509 SubjectPublicKeyInfo, PEM
                  fingerprint   {KeyPair.Fingerprint(rsa)}
                                (SHA-256 of the DER form: openssl pkey -pubin -outform DER | sha256sum)
                  valid from    the moment that both sides agree on: then the key's ValidFrom here
                  old key       until when the bank still takes it: not before that moment

                """;
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            throw new StartException($"'{file}' holds no readable RSA key in PEM form", ExitCode.CheckFailed);
        }
    }
}
