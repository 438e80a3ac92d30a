using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Configuration.Rules;

/// <summary>What the webhook endpoint alone needs: the database, the bank's public keys, its listeners.</summary>
internal static class WebhookRules
{
    public static void Check(WorkerConfiguration configuration, Findings findings)
    {
        DatabaseRules.Check(configuration, findings);
        BankRules.Check(configuration, findings);
        AtRestRules.Check(configuration, findings);
        HttpRules.Check(configuration, findings);
        NumberRules.Check(configuration, findings);
        Unneeded("Bank:Projects", configuration.Bank.Projects.Count, findings);
        Unneeded("Cards:PrivateKeyFiles", configuration.Cards.SealingKeys.Count, findings);
        Unneeded("Admin:Users", configuration.Admin.Users.Count, findings);
    }

    // Who breaks into the process that the internet reaches finds what stands in its configuration.
    private static void Unneeded(string path, int count, Findings findings)
    {
        if (count > 0)
            findings.Warn(path, "nothing", $"{count}", "The webhook endpoint alone needs none: give it its own file.");
    }
}
