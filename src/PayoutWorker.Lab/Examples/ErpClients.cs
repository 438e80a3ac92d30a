using PayoutWorker.Lab.Processes;

namespace PayoutWorker.Lab.Examples;

/// <summary>What the examples for ERP developers need beside psql: Debian's psycopg, unixODBC and its PostgreSQL driver.</summary>
internal static class ErpClients
{
    public const string HowToInstall =
        "apt-get install --no-install-recommends python3-psycopg unixodbc odbc-postgresql";

    // The distribution's own interpreter: another one on PATH does not see the distribution's packages.
    private static readonly string[] Pythons = ["/usr/bin/python3", "python3"];
    private static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(5);

    /// <summary>A Python that has psycopg 3; null where there is none.</summary>
    public static async Task<string?> FindPythonAsync(CancellationToken cancellationToken)
    {
        foreach (var name in Pythons)
            if (Programs.Find(name) is { } python)
            {
                var options = new ChildProcessOptions(python, ["-c", "import psycopg"]);
                if ((await ChildProcess.RunAsync(options, cancellationToken)).ExitCode == 0)
                    return python;
            }
        return null;
    }

    /// <summary>Whether isql is there and knows the driver by the name of Debian's package.</summary>
    public static bool HasOdbc =>
        Programs.Find("isql") is not null
        && File.Exists("/etc/odbcinst.ini")
        && File.ReadAllText("/etc/odbcinst.ini").Contains("[PostgreSQL Unicode]", StringComparison.Ordinal);

    /// <summary>Installs what is missing where that may be done: as root, with apt-get. A failure only skips tests.</summary>
    public static async Task EnsureAsync(bool allowInstall, TextWriter notices, CancellationToken cancellationToken)
    {
        if (!allowInstall || Programs.Find("apt-get") is not { } aptGet)
            return;
        if (HasOdbc && await FindPythonAsync(cancellationToken) is not null)
            return;
        await notices.WriteLineAsync(
            "Clients of the examples are missing: installing psycopg and ODBC with apt-get ..."
        );
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(InstallTimeout);
        string[] install =
        [
            "install",
            "-y",
            "--no-install-recommends",
            "python3-psycopg",
            "unixodbc",
            "odbc-postgresql",
        ];
        foreach (string[] arguments in new[] { ["update"], install })
        {
            var result = await ChildProcess.RunAsync(
                new ChildProcessOptions(aptGet, ["-o", "DPkg::Lock::Timeout=120", "-q", .. arguments])
                {
                    Environment = new Dictionary<string, string?> { ["DEBIAN_FRONTEND"] = "noninteractive" },
                    LinesKept = 30,
                },
                limit.Token
            );
            if (result.ExitCode != 0)
                await notices.WriteLineAsync($"apt-get {arguments[0]} failed: {string.Join(' ', result.Output)}");
        }
    }
}
