using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Configuration.Rules;

internal static class OpsRules
{
    public static void Check(WorkerConfiguration configuration, Findings findings)
    {
        var ops = configuration.Ops;
        DatabaseRules.Readable("Ops:ConnectionString", ops.ConnectionString, ops.PasswordFile, findings);
        DatabaseRules.Encrypted("Ops:ConnectionString", ops.ConnectionString, configuration.Bank.Environment, findings);
        SecretFile.Check("Ops:PasswordFile", ops.PasswordFile, configuration.Bank.Environment, findings);
        if (ops.ConnectionString is not null && configuration.Admin.Users.Count == 0)
            findings.Warn("Admin:Users", "somebody who may see the pages", "nobody", "Nobody can sign in.");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(ops.TimeZone, out _))
            findings.Add(
                "Ops:TimeZone",
                "a time zone such as Europe/Moscow or UTC",
                $"'{ops.TimeZone}'",
                "Correct it; the machine needs its time zone database (package tzdata) for all but UTC."
            );
        if (ops.RefreshEvery < TimeSpan.FromSeconds(2) || ops.RefreshEvery > TimeSpan.FromHours(1))
            findings.Add("Ops:RefreshEvery", "2 s to 1 h", Duration.Text(ops.RefreshEvery), "10 s is usual.");
    }
}
