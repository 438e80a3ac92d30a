using System.Globalization;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Payouts;

namespace PayoutWorker.Host.Configuration.Rules;

internal static class ProjectRules
{
    private const double MostCallsPerSecond = 5000;

    public static void Check(WorkerConfiguration configuration, Findings findings)
    {
        var projects = configuration.Bank.Projects;
        if (projects.Count == 0)
            findings.Add("Bank:Projects", "a project at the bank", "none", "Set Bank:Projects:0:Name and so on.");
        for (var i = 0; i < projects.Count; i++)
        {
            One($"Bank:Projects:{i}", projects[i], projects.Take(i), configuration.Bank.Environment, findings);
            Pace($"Bank:Projects:{i}:CallsPerSecond", projects[i].CallsPerSecond, configuration, findings);
        }
        foreach (var claims in Routes.Claims(projects).GroupBy(claim => (claim.Method, claim.SenderAccount)))
            if (claims.Count() > 1)
                findings.Add(
                    "Bank:Projects",
                    $"one project for {Routes.Text(claims.Key.Method, claims.Key.SenderAccount)}",
                    string.Join(" and ", claims.Select(claim => claim.Project)),
                    "Divide them by Methods or SenderAccounts."
                );
    }

    private static void One(
        string path,
        ProjectSettings project,
        IEnumerable<ProjectSettings> before,
        BankEnvironment environment,
        Findings findings
    )
    {
        if (string.IsNullOrWhiteSpace(project.Name))
            findings.Add($"{path}:Name", "a name", "nothing", "Name it; payouts keep that name.");
        else if (before.Any(other => other.Name == project.Name))
            findings.Add($"{path}:Name", "a name of its own", $"'{project.Name}' twice", "Rename one of them.");
        if (string.IsNullOrWhiteSpace(project.PartnerProject) || !project.PartnerProject.All(IsHeaderCharacter))
            findings.Add(
                $"{path}:PartnerProject",
                "the id issued by the bank",
                $"'{project.PartnerProject}'",
                "Take it from the bank's letter."
            );
        Keys(path, project, environment, findings);
        if (project.Methods.Count == 0)
            findings.Add($"{path}:Methods", "account, card or both", "nothing", "Say what this project pays.");
        if (project.AutoConfirm && project.Methods.Contains(Method.Account))
            findings.Add(
                $"{path}:AutoConfirm",
                "false where Methods has account",
                "true",
                "Account payouts are confirmed by us after comparison; have the bank switch it off."
            );
        for (var i = 0; i < project.SenderAccounts.Count; i++)
            if (project.SenderAccounts[i] is var account && (account.Length != 20 || !account.All(char.IsAsciiDigit)))
                findings.Add($"{path}:SenderAccounts:{i}", "20 digits", $"'{account}'", "Correct the account.");
    }

    // A call that waits for its turn longer than the send window is not sent: a slower pace would send nothing.
    private static void Pace(string path, double? limit, WorkerConfiguration configuration, Findings findings)
    {
        var window = configuration.Scaled.SendWindow.TotalSeconds;
        var least = window > 0 ? Driving.Pace.LeastInWindow / window : 0;
        if (limit is { } calls && !(calls >= least && calls <= MostCallsPerSecond))
            findings.Add(
                path,
                FormattableString.Invariant($"{least} to {MostCallsPerSecond}"),
                calls.ToString(CultureInfo.InvariantCulture),
                "Correct it, or leave it out: then the bank's answers alone set the pace."
            );
    }

    private static void Keys(string path, ProjectSettings project, BankEnvironment environment, Findings findings)
    {
        if (project.PrivateKeys.Count == 0)
        {
            if (string.IsNullOrWhiteSpace(project.PrivateKeyFile))
                findings.Add($"{path}:PrivateKeyFile", "a PEM file", "nothing", "Make one: keys new.");
            KeyRules.Private($"{path}:PrivateKeyFile", project.PrivateKeyFile, environment, findings);
            return;
        }
        if (!string.IsNullOrWhiteSpace(project.PrivateKeyFile))
            findings.Add(
                $"{path}:PrivateKeyFile",
                "nothing, since PrivateKeys is set",
                $"'{project.PrivateKeyFile}'",
                "Name each key in one of the two."
            );
        KeyRules.List($"{path}:PrivateKeys", project.PrivateKeys, findings);
        for (var i = 0; i < project.PrivateKeys.Count; i++)
            KeyRules.Private($"{path}:PrivateKeys:{i}:File", project.PrivateKeys[i].File, environment, findings);
    }

    private static bool IsHeaderCharacter(char c) => c is > ' ' and < (char)127;
}
