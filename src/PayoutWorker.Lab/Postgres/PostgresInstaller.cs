using PayoutWorker.Lab.Processes;

namespace PayoutWorker.Lab.Postgres;

/// <summary>Installs Debian's postgresql package, without the cluster on port 5432 that comes with it.</summary>
/// <param name="aptGet">The path of apt-get.</param>
/// <param name="configuration">The path of postgresql-common's createcluster.conf.</param>
/// <param name="lockFile">Held while installing, so that only one process does.</param>
internal sealed class PostgresInstaller(string aptGet, string configuration, string lockFile)
{
    public const string DefaultConfiguration = "/etc/postgresql-common/createcluster.conf";

    public const string DefaultLockFile = "/run/payouts-lab-install.lock";

    private static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(10);

    /// <summary>Installs unless it is done already, also by another process that came first.</summary>
    public async Task RunAsync(Func<bool> isInstalled, TextWriter notices, CancellationToken cancellationToken)
    {
        await using var turn = await TakeTurnAsync(cancellationToken);
        if (isInstalled())
            return;
        await notices.WriteLineAsync("PostgreSQL is missing: installing the package postgresql with apt-get ...");
        SuppressCluster();
        await AptGetAsync(["update"], cancellationToken);
        await AptGetAsync(["install", "-y", "--no-install-recommends", "postgresql"], cancellationToken);
    }

    private async Task<FileStream> TakeTurnAsync(CancellationToken cancellationToken)
    {
        FileStream? turn = null;
        await Poll.UntilAsync(
            "an installation by another process to end",
            () =>
            {
                try
                {
                    turn = new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                    return true;
                }
                catch (IOException)
                {
                    return false;
                }
            },
            InstallTimeout,
            cancellationToken
        );
        return turn!;
    }

    private void SuppressCluster()
    {
        // Whoever set it, to either value, meant it.
        var isSet =
            File.Exists(configuration)
            && File.ReadLines(configuration)
                .Any(line => line.TrimStart().StartsWith("create_main_cluster", StringComparison.Ordinal));
        if (isSet)
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(configuration)!);
        File.AppendAllText(configuration, "\ncreate_main_cluster = false\n");
    }

    private async Task AptGetAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        // The file above is a configuration file of the package: dpkg would ask which version to keep.
        string[] options = ["-o", "Dpkg::Options::=--force-confold", "-o", "DPkg::Lock::Timeout=120"];
        var result = await ChildProcess.RunAsync(
            new ChildProcessOptions(aptGet, [.. options, "-q", .. arguments])
            {
                Environment = new Dictionary<string, string?>
                {
                    ["DEBIAN_FRONTEND"] = "noninteractive",
                    ["UCF_FORCE_CONFFOLD"] = "1",
                },
                LinesKept = 30,
            },
            cancellationToken
        );
        result.OrThrow();
    }
}
