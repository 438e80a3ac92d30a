using Bank131.Client;
using Bank131.Signing;
using PayoutWorker.AtRest;
using PayoutWorker.Cards;
using PayoutWorker.Host.Configuration.Rules;
using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Run;

/// <summary>The keys that the configuration names, read from their files once; the rules have checked them.</summary>
internal static class Secrets
{
    public static IReadOnlyList<BankProject> Projects(BankSettings settings) =>
        [
            .. settings.Projects.Select(project => new BankProject(
                project.Name!,
                project.PartnerProject!,
                SigningKey.FromPem(File.ReadAllText(project.PrivateKeyFile!)),
                project.SubMerchant
            )),
        ];

    public static VerifyingKeys BankKeys(BankSettings settings) =>
        new(settings.PublicKeys.Select(key => (key.Id!, File.ReadAllText(key.File!))));

    /// <summary>Null where no keys at rest are configured.</summary>
    public static KeyRing? AtRest(AtRestSettings settings) =>
        settings.KeyFiles.Count == 0
            ? null
            : new KeyRing([.. settings.KeyFiles.Select(file => CardRules.HashKey(File.ReadAllText(file))!)]);

    /// <summary>Null where no card keys are configured.</summary>
    public static CardSeal? Cards(CardsSettings settings) =>
        settings is { PrivateKeyFiles.Count: > 0, BodyHashKeyFile: { } hashKey }
            ? new CardSeal(
                settings.PrivateKeyFiles.Select(File.ReadAllText),
                CardRules.HashKey(File.ReadAllText(hashKey))!
            )
            : null;
}
