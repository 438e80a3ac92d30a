using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Payouts;

namespace PayoutWorker.Host.Configuration.Rules;

internal static class ReconciliationRules
{
    // What the bank gives statements of (page "Balances and statements").
    private static readonly string[] Prefixes = ["40701", "40702", "40703", "40802", "40807"];

    public static void Check(WorkerConfiguration configuration, Findings findings)
    {
        var projects = configuration.Bank.Projects;
        for (var i = 0; i < projects.Count; i++)
            Project($"Bank:Projects:{i}:StatementAccounts", projects[i], findings);
        var settings = configuration.Reconciliation;
        for (var i = 0; i < settings.TopUpsFrom.Count; i++)
            if (!IsAccount(settings.TopUpsFrom[i]))
                findings.Add(
                    $"Reconciliation:TopUpsFrom:{i}",
                    "20 digits",
                    $"'{settings.TopUpsFrom[i]}'",
                    "Correct the account."
                );
        Between("After", settings.After, TimeSpan.Zero, TimeSpan.FromDays(3));
        Between("BankTime", settings.BankTime, TimeSpan.FromHours(-12), TimeSpan.FromHours(14));
        Between("MidnightGrace", settings.MidnightGrace, TimeSpan.Zero, TimeSpan.FromHours(12));
        if (settings.ShiftDays is < 0 or > 5)
            findings.Add("Reconciliation:ShiftDays", "0 to 5", $"{settings.ShiftDays}", "Correct it, or leave it out.");

        void Between(string name, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
                findings.Add(
                    $"Reconciliation:{name}",
                    $"{Duration.Text(least)} to {Duration.Text(most)}",
                    Duration.Text(value),
                    "Correct it, or leave it out."
                );
        }
    }

    private static void Project(string path, ProjectSettings project, Findings findings)
    {
        for (var i = 0; i < project.StatementAccounts.Count; i++)
            if (
                project.StatementAccounts[i] is var account
                && (!IsAccount(account) || !Prefixes.Any(account.StartsWith))
            )
                findings.Add(
                    $"{path}:{i}",
                    $"20 digits, beginning with {string.Join(", ", Prefixes)}",
                    $"'{account}'",
                    "Name an own settlement account; the bank gives statements of no other."
                );
        // A payout that is debited from an account whose statement is not compared would look like one that is not there.
        foreach (var sender in project.SenderAccounts)
            if (
                project.StatementAccounts.Count > 0
                && project.Methods.Contains(Method.Account)
                && !project.StatementAccounts.Contains(sender)
            )
                findings.Warn(
                    path,
                    "every account of SenderAccounts",
                    $"none for {sender}",
                    "Payouts of that account are compared with nothing."
                );
    }

    private static bool IsAccount(string text) => text.Length == 20 && text.All(char.IsAsciiDigit);
}
