using PayoutWorker.Lab.Processes;

namespace PayoutWorker.Lab.Postgres;

/// <summary>The account that the server runs under: PostgreSQL refuses to run as root.</summary>
/// <param name="Drop">What to put before a command to run it under that account.</param>
/// <param name="UserId">Null when it is our own account.</param>
/// <param name="GroupId">Its primary group; null when it is our own account.</param>
internal sealed record ServerAccount(IReadOnlyList<string> Drop, string? UserId, string? GroupId)
{
    // A socket's path has room for 107 bytes on Linux and 103 on macOS, its own name included.
    private const int FolderLengthMax = 70;

    /// <summary>Our own account; as root the account postgres, else nobody.</summary>
    public static ServerAccount Choose()
    {
        if (!Environment.IsPrivilegedProcess)
            return new ServerAccount([], null, null);
        var setpriv =
            Programs.Find("setpriv")
            ?? throw new InvalidOperationException(
                "PostgreSQL does not run as root, and there is no setpriv (util-linux) to run it under another "
                    + "account: run this as an ordinary user, or set PAYOUTS_PG to a server of yours."
            );
        var fields =
            FindAccount("postgres")
            ?? FindAccount("nobody")
            ?? throw new InvalidOperationException("/etc/passwd names neither postgres nor nobody.");
        return new ServerAccount(
            [setpriv, "--reuid", fields[2], "--regid", fields[3], "--clear-groups", "--"],
            fields[2],
            fields[3]
        );
    }

    /// <summary>A command run under this account.</summary>
    public ChildProcessOptions Command(string program, IReadOnlyList<string> arguments) =>
        Drop.Count == 0
            ? new ChildProcessOptions(program, arguments)
            : new ChildProcessOptions(Drop[0], [.. Drop.Skip(1), program, .. arguments]);

    /// <summary>A fresh folder that this account owns and can reach; the guard removes it should we die.</summary>
    public async Task<string> CreateFolderAsync(CancellationToken cancellationToken)
    {
        var parent =
            new[] { Path.GetTempPath(), "/tmp", "/var/tmp" }
                .Select(Path.TrimEndingDirectorySeparator)
                .FirstOrDefault(candidate => candidate.Length <= FolderLengthMax && IsReachable(candidate))
            ?? throw new InvalidOperationException("Neither TMPDIR, /tmp nor /var/tmp can be used by another account.");
        var folder = Path.Combine(parent, "payouts-lab-" + Path.GetRandomFileName()[..8]);
        ProcessGuard.Instance.WatchFolder(folder);
        string[] owner = UserId is null ? [] : ["-o", UserId, "-g", GroupId!];
        var install = await ChildProcess.RunAsync(
            new ChildProcessOptions("install", ["-d", "-m", "700", .. owner, folder]),
            cancellationToken
        );
        install.OrThrow();
        return folder;
    }

    private static string[]? FindAccount(string name) =>
        File.ReadLines("/etc/passwd")
            .Select(line => line.Split(':'))
            .FirstOrDefault(fields => fields.Length > 3 && fields[0] == name);

    private bool IsReachable(string path)
    {
        if (!Directory.Exists(path))
            return false;
        // Our own account made its way here already; another one needs leave to pass through every parent.
        for (var folder = new DirectoryInfo(path); UserId is not null && folder is not null; folder = folder.Parent)
        {
            if (!folder.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
                return false;
        }
        return true;
    }
}
