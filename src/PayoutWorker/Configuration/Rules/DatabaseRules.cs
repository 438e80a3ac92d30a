using System.Net;
using Npgsql;
using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Configuration.Rules;

internal static class DatabaseRules
{
    public static void Check(WorkerConfiguration configuration, Findings findings)
    {
        var database = configuration.Database;
        if (string.IsNullOrWhiteSpace(database.ConnectionString))
            findings.Add(
                "Database:ConnectionString",
                "a connection string such as Host=db;Database=payouts;Username=payouts_worker",
                "nothing",
                $"Set {ConfigurationReader.EnvironmentPrefix}Database__ConnectionString."
            );
        Readable("Database:ConnectionString", database.ConnectionString, database.PasswordFile, findings);
        Readable(
            "Database:MigratorConnectionString",
            database.MigratorConnectionString,
            database.MigratorPasswordFile,
            findings
        );
        var environment = configuration.Bank.Environment;
        Encrypted("Database:ConnectionString", database.ConnectionString, environment, findings);
        Encrypted("Database:MigratorConnectionString", database.MigratorConnectionString, environment, findings);
        SecretFile.Check("Database:PasswordFile", database.PasswordFile, environment, findings);
        SecretFile.Check("Database:MigratorPasswordFile", database.MigratorPasswordFile, environment, findings);
    }

    /// <summary>The live bank's orders do not cross a network to a server that nobody checked.</summary>
    internal static void Encrypted(string path, string? text, BankEnvironment environment, Findings findings)
    {
        if (environment != BankEnvironment.Live || string.IsNullOrWhiteSpace(text))
            return;
        try
        {
            var parsed = new NpgsqlConnectionStringBuilder(text);
            var hosts = (parsed.Host ?? "").Split(',', StringSplitOptions.TrimEntries);
            if (hosts.All(IsHere) || parsed.SslMode is SslMode.VerifyFull or SslMode.VerifyCA)
                return;
            findings.Warn(
                path,
                "SSL Mode=VerifyFull, since the server is another machine",
                $"SSL Mode={parsed.SslMode}",
                "Add SSL Mode=VerifyFull;Root Certificate=FILE: without it anybody between can pose as the server."
            );
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException)
        {
            // Said already, by the rule that reads it.
        }
    }

    // With a port, without one, or the folder of a socket.
    private static bool IsHere(string host) =>
        host.StartsWith('/')
        || host.Split(':')[0].Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address))
        || (IPEndPoint.TryParse(host, out var end) && IPAddress.IsLoopback(end.Address));

    // The string itself is never shown: it may hold a password.
    internal static void Readable(string path, string? text, string? passwordFile, Findings findings)
    {
        if (string.IsNullOrWhiteSpace(text))
            return;
        try
        {
            var parsed = new NpgsqlConnectionStringBuilder(text);
            if (string.IsNullOrEmpty(parsed.Host))
                findings.Add(path, "a Host", "a connection string without one", "Add Host=...");
            if (passwordFile is not null && !string.IsNullOrEmpty(parsed.Password))
                findings.Add(path, "a password in one place", "one here and a file", "Remove one of them.");
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException)
        {
            findings.Add(
                path,
                "an Npgsql connection string",
                "one that cannot be read (not shown)",
                "Write it as Key=Value;Key=Value with Npgsql's key names."
            );
        }
    }
}
