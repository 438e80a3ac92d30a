namespace PayoutWorker.Host;

/// <summary>What the program's exit codes mean; docs/configuration.md lists them.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>A check said no: configuration problems, not ready, a wrong command line.</summary>
    public const int CheckFailed = 1;

    /// <summary>The worker could not start, or the database could not be migrated.</summary>
    public const int CannotStart = 2;
}
