using PayoutWorker.Lab.Processes;

namespace PayoutWorker.Lab.Postgres;

/// <summary>PostgreSQL's programs on this machine.</summary>
/// <param name="Folder">Holds initdb and postgres, and usually psql, pg_dump and pg_restore.</param>
internal sealed record PostgresBinaries(string Folder)
{
    private static readonly string[] Patterns =
    [
        "/usr/lib/postgresql/*/bin",
        "/usr/pgsql-*/bin",
        "/opt/homebrew/opt/postgresql*/bin",
        "/usr/local/opt/postgresql*/bin",
        "/Applications/Postgres.app/Contents/Versions/*/bin",
    ];

    public string Initdb => Tool("initdb");
    public string Postgres => Tool("postgres");
    public string Psql => Tool("psql");
    public string Dump => Tool("pg_dump");
    public string Restore => Tool("pg_restore");

    /// <summary>The first on PATH, else the newest of the usual places; null when there is none.</summary>
    public static PostgresBinaries? Find() => Find(Programs.PathFolders(), Patterns);

    /// <inheritdoc cref="Find()"/>
    public static PostgresBinaries? Find(IEnumerable<string> pathFolders, IEnumerable<string> patterns) =>
        pathFolders.Concat(patterns.SelectMany(Expand)).Select(FromFolder).FirstOrDefault(found => found is not null);

    /// <summary>
    /// The binaries, installed if they are missing and this may be done: as root, with apt-get, and CI set or
    /// allowed. Otherwise throws what to install.
    /// </summary>
    public static async Task<PostgresBinaries> EnsureAsync(
        bool allowInstall,
        TextWriter? notices,
        CancellationToken cancellationToken
    )
    {
        if (Find() is { } found)
            return found;
        var allowed = allowInstall || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI"));
        if (allowed && Environment.IsPrivilegedProcess && Programs.Find("apt-get") is { } aptGet)
        {
            await new PostgresInstaller(
                aptGet,
                PostgresInstaller.DefaultConfiguration,
                PostgresInstaller.DefaultLockFile
            ).RunAsync(() => Find() is not null, notices ?? TextWriter.Null, cancellationToken);
        }

        return Find() ?? throw new InvalidOperationException(HowToInstall);
    }

    public const string HowToInstall = """
        PostgreSQL's programs (initdb, postgres) were not found on PATH nor in the usual places. Install them:
          Debian, Ubuntu:  apt-get install postgresql
          Fedora, RHEL:    dnf install postgresql-server
          macOS:           brew install postgresql@17
        or set PAYOUTS_PG to the connection string of a role that may create databases and roles.
        """;

    private static PostgresBinaries? FromFolder(string folder)
    {
        var initdb = new FileInfo(Path.Combine(folder, "initdb"));
        if (!initdb.Exists)
            return null;
        // A link on PATH leads to where the other programs are.
        var real = initdb.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? initdb.FullName;
        var home = Path.GetDirectoryName(real)!;
        return Programs.IsExecutable(real) && Programs.IsExecutable(Path.Combine(home, "postgres"))
            ? new PostgresBinaries(home)
            : null;
    }

    // Newest first: 17 before 9.6, so by number and not by letter.
    private static IEnumerable<string> Expand(string pattern)
    {
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        var parent = pattern[..(pattern.LastIndexOf('/', star) + 1)];
        var rest = pattern[pattern.IndexOf('/', star)..].TrimStart('/');
        var name = pattern[parent.Length..^(rest.Length + 1)];
        if (!Directory.Exists(parent))
            return [];
        return Directory
            .EnumerateDirectories(parent, name)
            .OrderByDescending(VersionOf)
            .Select(folder => Path.Combine(folder, rest));
    }

    private static Version VersionOf(string folder)
    {
        var digits = string.Concat(
            Path.GetFileName(folder).SkipWhile(c => !char.IsDigit(c)).TakeWhile(c => char.IsDigit(c) || c == '.')
        );
        return Version.TryParse(
            digits.Contains('.', StringComparison.Ordinal) ? digits : digits + ".0",
            out var version
        )
            ? version
            : new Version(0, 0);
    }

    private string Tool(string name) =>
        Programs.Find(Path.Combine(Folder, name))
        ?? Programs.Find(name)
        ?? throw new FileNotFoundException($"There is no {name} in {Folder} nor on PATH.", name);
}
