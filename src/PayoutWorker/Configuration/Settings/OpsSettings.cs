namespace PayoutWorker.Host.Configuration.Settings;

/// <summary>Section <c>Ops</c>: the operators' pages.</summary>
internal sealed class OpsSettings
{
    /// <summary>Npgsql connection string of the role payouts_ops; null: there are no pages.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>File that holds that role's password.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>In whose times the pages show and take dates, by its name in the time zone database.</summary>
    public string TimeZone { get; init; } = "Europe/Moscow";

    /// <summary>How often the overview loads itself again.</summary>
    public TimeSpan RefreshEvery { get; init; } = TimeSpan.FromSeconds(10);
}
