using System.Net;
using System.Text.RegularExpressions;
using PayoutWorker.Host.Admin;
using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Configuration.Rules;

internal static partial class AdminRules
{
    public static void Check(WorkerConfiguration configuration, Findings findings)
    {
        var admin = configuration.Admin;
        for (var i = 0; i < admin.Users.Count; i++)
            CheckUser($"Admin:Users:{i}", admin, admin.Users[i], configuration.Bank.Environment, findings);
        if (admin.LockAfter is < 1 or > 100)
            findings.Add("Admin:LockAfter", "1 to 100", $"{admin.LockAfter}", "5 is usual.");
        Between("Admin:SessionTime", admin.SessionTime, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1), findings);
        Between("Admin:LockTime", admin.LockTime, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), findings);
        CheckProxy(admin, configuration.Bank.Environment, findings);
        if (!HeaderName().IsMatch(admin.ProxyUserHeader))
            findings.Add("Admin:ProxyUserHeader", "a header's name", $"'{admin.ProxyUserHeader}'", "Correct it.");
        SecretFile.CheckFolder("Admin:KeyFolder", admin.KeyFolder, configuration.Bank.Environment, findings);
    }

    private static void CheckProxy(AdminSettings admin, BankEnvironment environment, Findings findings)
    {
        const string SecretPath = "Admin:ProxySecretFile";
        var secret = SecretFile.Check(SecretPath, admin.ProxySecretFile, environment, findings);
        if (secret is not null && !Secret().IsMatch(secret.Trim()))
            findings.Add(
                SecretPath,
                "one line of 32 to 200 characters without spaces",
                "something else (not shown)",
                "Make it with: openssl rand -hex 32 > FILE"
            );
        if (admin.ProxyAddress is not { } proxy)
            return;
        if (!IPAddress.TryParse(proxy, out var address))
            findings.Add("Admin:ProxyAddress", "an IP address", $"'{proxy}'", "Name the one proxy that authenticates.");
        else if (IsLoopback(address) && string.IsNullOrWhiteSpace(admin.ProxySecretFile))
            findings.Add(
                SecretPath,
                $"a file, since Admin:ProxyAddress is {proxy}: every process of the machine and every SSH tunnel calls from there",
                "none",
                $"openssl rand -hex 32 > FILE, and let the proxy send that in {TrustedProxy.SecretHeader}. "
                    + "If the proxy only ends TLS, set Admin:BehindTls instead of Admin:ProxyAddress."
            );
    }

    private static bool IsLoopback(IPAddress address) =>
        IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    private static void CheckUser(
        string path,
        AdminSettings admin,
        UserSettings user,
        BankEnvironment environment,
        Findings findings
    )
    {
        if (
            user.Name is null
            || !UserName().IsMatch(user.Name)
            || user.Name.StartsWith("payouts", StringComparison.Ordinal)
        )
            findings.Add(
                $"{path}:Name",
                "letters, digits and .-_@, at most 60, not one of our roles",
                $"'{user.Name}'",
                "It stands in the history beside names of workers and roles."
            );
        if (admin.Users.Count(other => SameName(other, user)) > 1)
            findings.Add($"{path}:Name", "a name of its own", $"'{user.Name}' twice", "Two people are two users.");
        if (user.PasswordFile is null && admin.ProxyAddress is null)
            findings.Add(
                $"{path}:PasswordFile",
                "a password file, or Admin:ProxyAddress",
                "neither",
                "Without both the user cannot sign in."
            );
        var text = SecretFile.Check($"{path}:PasswordFile", user.PasswordFile, environment, findings);
        if (text is not null && PasswordHash.Parse(text) is null)
            findings.Add(
                $"{path}:PasswordFile",
                "a line such as pbkdf2-sha256:600000:...",
                "something else (not shown)",
                "Make it with: PayoutWorker hash-password > FILE"
            );
    }

    private static bool SameName(UserSettings a, UserSettings b) =>
        string.Equals(a.Name, b.Name, StringComparison.OrdinalIgnoreCase);

    private static void Between(string path, TimeSpan value, TimeSpan least, TimeSpan most, Findings findings)
    {
        if (value < least || value > most)
            findings.Add(path, $"{Duration.Text(least)} to {Duration.Text(most)}", Duration.Text(value), "Correct it.");
    }

    [GeneratedRegex(@"^[\p{L}\p{Nd}._@-]{1,60}$")]
    private static partial Regex UserName();

    [GeneratedRegex("^[!-~]{32,200}$")]
    private static partial Regex Secret();

    [GeneratedRegex("^[A-Za-z0-9-]{1,60}$")]
    private static partial Regex HeaderName();
}
