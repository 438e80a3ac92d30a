using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Configuration.Rules;

/// <summary>A file with a secret: it must be there, readable by us, and by nobody else.</summary>
internal static class SecretFile
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>The content, or null when nothing is configured or a problem was noted.</summary>
    public static string? Check(string path, string? file, BankEnvironment environment, Findings findings)
    {
        if (Read(path, file, findings) is not { } text)
            return null;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file!) & Others) != 0)
        {
            var found = $"'{file}' with mode {Convert.ToString((int)File.GetUnixFileMode(file!), 8)}";
            var fix = $"chmod 400 {file}, owned by the account that runs the worker.";
            Note(path, "a file that only its owner can read", found, fix, environment, findings);
        }
        return text;
    }

    /// <summary>A folder of secrets: it must be there, and for its owner alone.</summary>
    public static void CheckFolder(string path, string? folder, BankEnvironment environment, Findings findings)
    {
        if (folder is null)
            return;
        if (!Directory.Exists(folder))
            findings.Add(path, "a folder", $"'{folder}', which is not there", "Create it, for us alone.");
        else if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(folder) & Others) != 0)
        {
            var found = $"'{folder}' with mode {Convert.ToString((int)File.GetUnixFileMode(folder), 8)}";
            var fix = $"chmod 700 {folder}, owned by the account that runs the worker.";
            Note(path, "a folder that only its owner can read", found, fix, environment, findings);
        }
    }

    private static void Note(
        string path,
        string expected,
        string found,
        string fix,
        BankEnvironment environment,
        Findings findings
    )
    {
        if (environment == BankEnvironment.Live)
            findings.Add(path, expected, found, fix);
        else
            findings.Warn(path, expected, found, fix);
    }

    /// <summary>As <see cref="Check"/>, for files that may be public.</summary>
    public static string? Read(string path, string? file, Findings findings)
    {
        if (string.IsNullOrWhiteSpace(file))
            return null;
        if (file.Contains("-----BEGIN", StringComparison.Ordinal))
        {
            findings.Add(path, "the path of a file", "a key itself (not shown)", "Write the key to a file.");
            return null;
        }
        try
        {
            var text = File.ReadAllText(file);
            if (!string.IsNullOrWhiteSpace(text))
                return text;
            findings.Add(path, "a file with content", $"'{file}', which is empty", "Write the secret to it.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            var why = e is FileNotFoundException or DirectoryNotFoundException ? "no such file" : "cannot be read";
            findings.Add(path, "a readable file", $"'{file}' ({why})", "Correct the path or the file's rights.");
        }
        return null;
    }
}
