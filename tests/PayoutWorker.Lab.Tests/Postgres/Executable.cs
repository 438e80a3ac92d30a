namespace PayoutWorker.Lab.Tests.Postgres;

internal static class Executable
{
    /// <summary>Writes a shell script that can be started.</summary>
    public static void Write(string path, string script)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("Lab runs on Linux and macOS.");
        File.WriteAllText(path, "#!/bin/sh\n" + script);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
