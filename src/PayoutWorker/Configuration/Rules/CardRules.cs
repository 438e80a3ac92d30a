using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Payouts;

namespace PayoutWorker.Host.Configuration.Rules;

internal static class CardRules
{
    public const int MinHashKeyBytes = 32;

    // Longer than any call under way, so that what has just been found out is written.
    private static readonly TimeSpan SealedAtLeast = TimeSpan.FromMinutes(10);

    public static void Check(WorkerConfiguration configuration, Findings findings)
    {
        var (cards, environment) = (configuration.Cards, configuration.Bank.Environment);
        var needed = configuration.Bank.Projects.Any(project => project.Methods.Contains(Method.Card));
        if (needed && cards.SealingKeys.Count == 0)
            findings.Add(
                "Cards:PrivateKeyFiles",
                "the key that opens card numbers, since a project pays to cards",
                "none",
                "Make one: keys new-sealing."
            );
        if (needed && string.IsNullOrWhiteSpace(cards.BodyHashKeyFile))
            findings.Add(
                "Cards:BodyHashKeyFile",
                "the secret for body hashes, since a project pays to cards",
                "nothing",
                "Make one: keys new-sealing."
            );
        if (cards.SealedAtMost < SealedAtLeast)
            findings.Add(
                "Cards:SealedAtMost",
                $"{Duration.Text(SealedAtLeast)} or more",
                Duration.Text(cards.SealedAtMost),
                "Leave it out: 7 days."
            );
        if (cards is { PrivateKeyFiles.Count: > 0, PrivateKeys.Count: > 0 })
            findings.Add(
                "Cards:PrivateKeyFiles",
                "nothing, since PrivateKeys is set",
                "files",
                "Name each key in one of the two."
            );
        KeyRules.List("Cards:PrivateKeys", cards.PrivateKeys, findings);
        for (var i = 0; i < cards.PrivateKeys.Count; i++)
            KeyRules.Private($"Cards:PrivateKeys:{i}:File", cards.PrivateKeys[i].File, environment, findings);
        for (var i = 0; i < cards.PrivateKeyFiles.Count; i++)
            KeyRules.Private($"Cards:PrivateKeyFiles:{i}", cards.PrivateKeyFiles[i], environment, findings);
        var hash = SecretFile.Check("Cards:BodyHashKeyFile", cards.BodyHashKeyFile, environment, findings);
        if (hash is not null && HashKey(hash) is not { Length: >= MinHashKeyBytes })
            findings.Add(
                "Cards:BodyHashKeyFile",
                $"at least {MinHashKeyBytes} bytes in Base64",
                $"'{cards.BodyHashKeyFile}' with something else",
                "Make one: keys new-sealing."
            );
    }

    /// <summary>The bytes of a hash key file; null when it is none. Lines that begin with # are comments.</summary>
    public static byte[]? HashKey(string text)
    {
        var line = text.Split('\n')
            .Select(line => line.Trim())
            .FirstOrDefault(line => line is not "" and not ['#', ..]);
        var bytes = new byte[line?.Length ?? 0];
        return line is not null && Convert.TryFromBase64String(line, bytes, out var length) ? bytes[..length] : null;
    }
}
