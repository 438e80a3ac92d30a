using System.CommandLine;
using System.Security.Cryptography;
using PayoutWorker.Cards;

namespace PayoutWorker.Host.Verbs;

/// <summary><c>seal-card</c>: seals one card number, to compare with the ERP's own sealing.</summary>
internal static class SealCardVerb
{
    public static Command Create()
    {
        var key = new Option<string>("--key")
        {
            Description = "public sealing key",
            Required = true,
            HelpName = "PUB",
        };
        var erpKey = new Option<string>("--erp-key") { Description = "erp_key of the order", Required = true };
        var command = new Command("seal-card", "Seal a card number, read from standard input, for one order.")
        {
            key,
            erpKey,
        };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var line = await Console.In.ReadLineAsync(cancellationToken);
                var (hex, last4) = Seal(parsed.GetValue(key)!, parsed.GetValue(erpKey)!, line);
                await Console.Out.WriteLineAsync($"sealed_card  decode('{hex}', 'hex')\ncard_last4   '{last4}'");
                return ExitCode.Ok;
            }
        );
        return command;
    }

    /// <summary>Hex of the sealed number, and its last four digits.</summary>
    /// <exception cref="StartException">No number or no key; the message does not repeat the number.</exception>
    public static (string Hex, string Last4) Seal(string publicKeyFile, string erpKey, string? line)
    {
        var number = (line ?? "").Replace(" ", "", StringComparison.Ordinal).Trim();
        if (number.Length is < 14 or > 19 || !number.All(char.IsAsciiDigit))
            throw new StartException(
                "expected a card number of 14 to 19 digits on standard input",
                ExitCode.CheckFailed
            );
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(File.ReadAllText(publicKeyFile));
            return (Convert.ToHexStringLower(CardSeal.Seal(number, erpKey, rsa)), number[^4..]);
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            throw new StartException(
                $"'{publicKeyFile}' holds no readable RSA key, or the erp_key is too long to seal with it",
                ExitCode.CheckFailed
            );
        }
    }
}
