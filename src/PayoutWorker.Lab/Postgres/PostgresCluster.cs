using System.Globalization;
using PayoutWorker.Lab.Processes;

namespace PayoutWorker.Lab.Postgres;

/// <summary>The files of a private server, and the command that serves them.</summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    // Since version 10 the last line of the file.
    private const int PidFileStatus = 7;

    private readonly PostgresBinaries _binaries;
    private readonly ServerAccount _account;
    private readonly Dictionary<string, string> _settings;

    private PostgresCluster(
        PostgresBinaries binaries,
        ServerAccount account,
        string folder,
        PostgresServerOptions options
    )
    {
        _binaries = binaries;
        _account = account;
        _settings = Settings(options);
        Folder = folder;
        Port = options.Port ?? FreePort.Find();
    }

    /// <summary>Holds the data, the log and the socket; its owner's only.</summary>
    public string Folder { get; }

    public int Port { get; set; }

    private string Data => Path.Combine(Folder, "data");
    private string Log => Path.Combine(Folder, "server.log");

    /// <summary>Makes the folder and runs initdb in it.</summary>
    public static async Task<PostgresCluster> CreateAsync(
        PostgresBinaries binaries,
        PostgresServerOptions options,
        CancellationToken cancellationToken
    )
    {
        var account = ServerAccount.Choose();
        var folder = await account.CreateFolderAsync(cancellationToken);
        var cluster = new PostgresCluster(binaries, account, folder, options);
        try
        {
            await cluster.InitialiseAsync(options.Durable, cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The server's command; its id is the postmaster's, and it writes its log itself.</summary>
    public ChildProcessOptions ServerCommand()
    {
        List<string> arguments =
        [
            "-D",
            Data,
            "-p",
            Port.ToString(CultureInfo.InvariantCulture),
            "-k",
            Folder,
            .. _settings.SelectMany(setting => new[] { "-c", $"{setting.Key}={setting.Value}" }),
        ];
        return _account.Command(_binaries.Postgres, arguments) with
        {
            OutputFile = Log,
            WorkingDirectory = "/",
            StopSignal = Signal.Int,
        };
    }

    /// <summary>
    /// Whether the server of this process says that it is ready. Its word counts, not an answer on its port, which
    /// may come from another server that was there before.
    /// </summary>
    public bool IsReady(int postmaster)
    {
        try
        {
            var lines = File.ReadAllLines(Path.Combine(Data, "postmaster.pid"));
            return lines.Length > PidFileStatus
                && lines[0].Trim() == postmaster.ToString(CultureInfo.InvariantCulture)
                && lines[PidFileStatus].Trim() == "ready";
        }
        catch (IOException)
        {
            return false;
        }
    }

    public string LogTail(int lines) =>
        File.Exists(Log) ? string.Join(Environment.NewLine, File.ReadLines(Log).TakeLast(lines)) : "(there is no log)";

    public async ValueTask DisposeAsync()
    {
        // A killed server's last processes may still write while we remove.
        await Poll.UntilAsync("the server's folder to be removed", TryRemove, TimeSpan.FromSeconds(10), default);
        ProcessGuard.Instance.ForgetFolder(Folder);
    }

    private bool TryRemove()
    {
        try
        {
            if (Directory.Exists(Folder))
                Directory.Delete(Folder, recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task InitialiseAsync(bool durable, CancellationToken cancellationToken)
    {
        // The same order and letters everywhere; macOS has no C.UTF-8.
        string[] locale = OperatingSystem.IsMacOS()
            ? ["--lc-collate=C", "--lc-ctype=en_US.UTF-8", "--lc-messages=C"]
            : ["--locale=C.UTF-8"];
        string[] sync = durable ? [] : ["--no-sync"];
        var command = _account.Command(
            _binaries.Initdb,
            ["-D", Data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-instructions", .. locale, .. sync]
        );
        var result = await ChildProcess.RunAsync(command with { WorkingDirectory = "/" }, cancellationToken);
        result.OrThrow();
    }

    private static Dictionary<string, string> Settings(PostgresServerOptions options)
    {
        var onIfDurable = options.Durable ? "on" : "off";
        var settings = new Dictionary<string, string>
        {
            ["listen_addresses"] = "127.0.0.1",
            ["max_connections"] = "200",
            ["shared_buffers"] = "128MB",
            ["fsync"] = onIfDurable,
            ["full_page_writes"] = onIfDurable,
            // Always on: without it a killed server loses commits that it confirmed, which tests of kills would see.
            ["synchronous_commit"] = "on",
            ["max_wal_size"] = "1GB",
            ["timezone"] = "UTC",
            ["log_timezone"] = "UTC",
            ["lc_messages"] = "C",
            ["log_line_prefix"] = "%m [%p] %q%u@%d ",
            ["log_checkpoints"] = "off",
            ["logging_collector"] = "off",
        };
        foreach (var (name, value) in options.Settings)
            settings[name] = value;
        return settings;
    }
}
