namespace PayoutWorker.Host.Configuration.Settings;

/// <summary>Section <c>Database</c>.</summary>
internal sealed class DatabaseSettings
{
    /// <summary>Npgsql connection string of the worker's role.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>File that holds the worker's password, instead of a password in the connection string.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>Connection string of the migrator's role, only for <c>migrate</c>; else the worker's.</summary>
    public string? MigratorConnectionString { get; init; }

    /// <summary>File that holds the migrator's password.</summary>
    public string? MigratorPasswordFile { get; init; }
}
