using System.Globalization;
using Npgsql;
using PayoutWorker.Lab.Processes;

namespace PayoutWorker.Lab.Postgres;

/// <summary>A cluster of our own in a fresh folder, gone with everything in it when disposed or when we die.</summary>
internal sealed class PrivatePostgresServer : PostgresServer
{
    private const string Superuser = "postgres";
    private const int StartTriesMax = 5;

    // A durable server that was killed has a log to read first.
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);

    private readonly PostgresCluster _cluster;
    private readonly PostgresBinaries _binaries;
    private ChildProcess? _postmaster;

    private PrivatePostgresServer(PostgresCluster cluster, PostgresBinaries binaries)
    {
        _cluster = cluster;
        _binaries = binaries;
    }

    public override bool IsPrivate => true;
    public override string BinariesFolder => _binaries.Folder;
    public override int Port => _cluster.Port;

    /// <summary>The postmaster's process id. Throws when it does not run.</summary>
    public int ProcessId => (_postmaster ?? throw new InvalidOperationException("The server does not run.")).Id;

    /// <summary>Holds the data, the log and the socket.</summary>
    public string Folder => _cluster.Folder;

    protected override string MaintenanceDatabase => "postgres";
    protected override string NamePrefix => "";

    public static new async Task<PostgresServer> StartAsync(
        PostgresServerOptions options,
        CancellationToken cancellationToken
    )
    {
        var binaries = await PostgresBinaries.EnsureAsync(options.AllowInstall, options.Notices, cancellationToken);
        var cluster = await PostgresCluster.CreateAsync(binaries, options, cancellationToken);
        var server = new PrivatePostgresServer(cluster, binaries);
        try
        {
            await server.StartPostmasterAsync(options.Port is null, cancellationToken);
            foreach (var role in PostgresRoles.All)
                await server.ExecuteAsync($"CREATE ROLE {role} LOGIN", cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public override string AdminConnectionString(string database) => Connection(database, Superuser);

    public override string ConnectionString(string database, string role) => Connection(database, role);

    public override string LogTail(int lines) => _cluster.LogTail(lines);

    public override async Task StopAsync(PostgresStopMode mode, CancellationToken cancellationToken)
    {
        if (_postmaster is not { } postmaster)
            return;
        var signal = mode switch
        {
            PostgresStopMode.Smart => Signal.Term,
            PostgresStopMode.Immediate => Signal.Quit,
            _ => Signal.Int,
        };
        await postmaster.StopAsync(signal, StopTimeout, cancellationToken);
        await EndAsync();
    }

    public override async Task KillAsync(CancellationToken cancellationToken)
    {
        if (_postmaster is not { } postmaster)
            return;
        // Stopped first: a backend forked after the look at its children would survive it, and keep its shared memory
        // from the next start. Each of them leads a session of its own, so that no group holds them all.
        await postmaster.SignalAsync(Signal.Stop, cancellationToken);
        await Poll.UntilAsync(
            "PostgreSQL to stand still",
            () => postmaster.HasExited || UnixProcess.StateOf(postmaster.Id) is "T" or "Z" or null,
            StopTimeout,
            cancellationToken
        );
        var children = await UnixProcess.ChildrenOfAsync(postmaster.Id, cancellationToken);
        await postmaster.SignalAsync(Signal.Kill, cancellationToken);
        foreach (var child in children)
            UnixProcess.Send(child, Signal.Kill);
        await postmaster.WaitForExitAsync(cancellationToken);
        await Poll.UntilAsync(
            "the killed server's processes to be gone",
            () => !children.Any(UnixProcess.IsRunning),
            StopTimeout,
            cancellationToken
        );
        await EndAsync();
    }

    public override async Task RestartAsync(CancellationToken cancellationToken)
    {
        await StopAsync(PostgresStopMode.Fast, cancellationToken);
        await StartPostmasterAsync(mayMove: false, cancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        await StopAsync(PostgresStopMode.Fast, CancellationToken.None);
        await _cluster.DisposeAsync();
    }

    private async Task EndAsync()
    {
        if (_postmaster is { } postmaster)
            await postmaster.DisposeAsync();
        _postmaster = null;
    }

    private async Task StartPostmasterAsync(bool mayMove, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            _postmaster = ChildProcess.Start(_cluster.ServerCommand());
            if (await WaitUntilReadyAsync(_postmaster, cancellationToken))
                return;
            await EndAsync();
            var portIsTaken = LogTail(20).Contains("could not bind", StringComparison.Ordinal);
            if (!portIsTaken || tries == StartTriesMax)
            {
                throw new InvalidOperationException(
                    $"PostgreSQL did not start. The end of its log:{Environment.NewLine}{LogTail(20)}"
                );
            }
            // Between our look at the port and the server's bind somebody else took it.
            if (mayMove)
                _cluster.Port = FreePort.Find();
            else
                await Task.Delay(TimeSpan.FromMilliseconds(200 * tries), cancellationToken);
        }
    }

    /// <summary>True when the server answers, false when it ended instead.</summary>
    private async Task<bool> WaitUntilReadyAsync(ChildProcess postmaster, CancellationToken cancellationToken)
    {
        try
        {
            await Poll.UntilAsync(
                "PostgreSQL to answer",
                async token => postmaster.HasExited || (_cluster.IsReady(postmaster.Id) && await AnswersAsync(token)),
                StartTimeout,
                cancellationToken
            );
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} The end of its log:{Environment.NewLine}{LogTail(20)}", e);
        }
        return !postmaster.HasExited;
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ExecuteAsync("SELECT 1", cancellationToken);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private string Connection(string database, string user) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"Host=127.0.0.1;Port={Port};Username={user};Database={database};Timeout=10;Include Error Detail=true"
        );
}
