namespace PayoutWorker.Lab.Supply;

/// <summary>Where restored packages lie on this machine.</summary>
internal static class Packages
{
    public static string Home =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
}
