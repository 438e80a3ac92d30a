using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Configuration.Rules;

/// <summary>Every rule over the configuration. None of them stops at the first problem.</summary>
internal static class AllRules
{
    public static void Check(WorkerConfiguration configuration, Findings findings, RunOnly? only = null)
    {
        if (only == RunOnly.Webhook)
        {
            WebhookRules.Check(configuration, findings);
            return;
        }
        DatabaseRules.Check(configuration, findings);
        BankRules.Check(configuration, findings);
        ProjectRules.Check(configuration, findings);
        CardRules.Check(configuration, findings);
        AtRestRules.Check(configuration, findings);
        TimingRules.Check(configuration, findings);
        HttpRules.Check(configuration, findings);
        AdminRules.Check(configuration, findings);
        OpsRules.Check(configuration, findings);
        NumberRules.Check(configuration, findings);
        ReconciliationRules.Check(configuration, findings);
        RetentionRules.Check(configuration.Retention, findings);
        WorkerRules.Check(configuration, findings);
    }
}
