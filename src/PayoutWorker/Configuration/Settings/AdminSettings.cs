namespace PayoutWorker.Host.Configuration.Settings;

/// <summary>Section <c>Admin</c>: who may see the dashboard on the admin listener. Nobody unless both are set.</summary>
internal sealed class AdminSettings
{
    public string? DashboardUser { get; init; }

    /// <summary>File that holds the password's hash, as <c>hash-password</c> prints it.</summary>
    public string? DashboardPasswordFile { get; init; }
}
