using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Payouts;
using PayoutWorker.Reconciling;

namespace PayoutWorker.Host.Configuration;

/// <summary>Which accounts are compared with the bank's statements, from the projects' StatementAccounts.</summary>
internal static class BookAccounts
{
    public static ReconcileOptions Of(WorkerConfiguration configuration)
    {
        var (projects, settings) = (configuration.Bank.Projects, configuration.Reconciliation);
        return new ReconcileOptions
        {
            Accounts =
            [
                .. projects
                    .SelectMany(project => project.StatementAccounts)
                    .Distinct()
                    .Select(account => new BookAccount(
                        account,
                        projects.First(project => project.StatementAccounts.Contains(account)).Name!,
                        [.. projects.Where(project => PaysCardsFrom(project, account)).Select(project => project.Name!)]
                    )),
            ],
            After = settings.After,
            BankTime = settings.BankTime,
            MidnightGrace = settings.MidnightGrace,
            ShiftDays = settings.ShiftDays,
            Unit = settings.AmountUnit,
            FeeWord = settings.FeeWord,
            TopUpsFrom = settings.TopUpsFrom,
            Settles = settings.Settles,
        };
    }

    /// <summary>Accounts whose payouts are not asked about for returns: their statements show them.</summary>
    public static IReadOnlySet<string> WithoutReturnWatch(WorkerConfiguration configuration) =>
        configuration.Reconciliation.KeepReturnWatch
            ? new HashSet<string>()
            : configuration.Bank.Projects.SelectMany(project => project.StatementAccounts).ToHashSet();

    private static bool PaysCardsFrom(ProjectSettings project, string account) =>
        project.Methods.Contains(Method.Card) && project.StatementAccounts is [var first, ..] && first == account;
}
