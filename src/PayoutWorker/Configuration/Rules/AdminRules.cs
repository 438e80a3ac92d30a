using PayoutWorker.Host.Admin;
using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Configuration.Rules;

internal static class AdminRules
{
    public static void Check(WorkerConfiguration configuration, Findings findings)
    {
        var admin = configuration.Admin;
        if (string.IsNullOrEmpty(admin.DashboardUser) != string.IsNullOrEmpty(admin.DashboardPasswordFile))
            findings.Add(
                "Admin:DashboardUser",
                "both a user and a password file, or neither",
                "one of them",
                "Without both nobody sees the dashboard."
            );
        if (admin.DashboardUser?.Contains(':', StringComparison.Ordinal) == true)
            findings.Add("Admin:DashboardUser", "a name without a colon", "one with it", "Browsers cannot send it.");
        var text = SecretFile.Check(
            "Admin:DashboardPasswordFile",
            admin.DashboardPasswordFile,
            configuration.Bank.Environment,
            findings
        );
        if (text is not null && PasswordHash.Parse(text) is null)
            findings.Add(
                "Admin:DashboardPasswordFile",
                "a line such as pbkdf2-sha256:600000:...",
                "something else (not shown)",
                "Make it with: echo -n PASSWORD | PayoutWorker hash-password"
            );
    }
}
