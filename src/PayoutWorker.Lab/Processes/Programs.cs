namespace PayoutWorker.Lab.Processes;

/// <summary>Finds programs the way a shell does.</summary>
internal static class Programs
{
    private const UnixFileMode AnyExecute =
        UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The path of a program, searched on PATH when it is a bare name; null when there is none.</summary>
    public static string? Find(string program)
    {
        if (program.Contains('/', StringComparison.Ordinal))
            return IsExecutable(program) ? program : null;
        return PathFolders().Select(folder => Path.Combine(folder, program)).FirstOrDefault(IsExecutable);
    }

    public static IEnumerable<string> PathFolders() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);

    public static bool IsExecutable(string path)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("Lab runs on Linux and macOS.");
        return File.Exists(path) && (File.GetUnixFileMode(path) & AnyExecute) != 0;
    }
}
