using PayoutWorker.Lab.Processes;

namespace PayoutWorker.Lab.Towns;

/// <summary>The shipped worker, as a process of its own: it can be stopped, paused and killed.</summary>
internal sealed class TownWorker : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly ChildProcess _process;

    private TownWorker(string name, ChildProcess process, Uri webhook, Uri admin)
    {
        (Name, _process, Webhook, Admin) = (name, process, webhook, admin);
    }

    public string Name { get; }

    /// <summary>Where the bank sends webhooks.</summary>
    public Uri Webhook { get; }

    /// <summary>Health and metrics.</summary>
    public Uri Admin { get; }

    public ChildProcess Process => _process;

    /// <summary>Starts <c>run</c> and waits until it is ready.</summary>
    /// <param name="only">For <c>--only</c>; null: all of it.</param>
    public static async Task<TownWorker> StartAsync(
        string name,
        string configurationFile,
        Uri webhook,
        Uri admin,
        string? logFile,
        CancellationToken cancellationToken,
        string? only = null
    )
    {
        string[] part = only is null ? [] : ["--only", only];
        var process = ChildProcess.Start(
            new ChildProcessOptions("dotnet", [WorkerProgram, "run", "--config", configurationFile, .. part])
            {
                Environment = new Dictionary<string, string?>
                {
                    ["PAYOUTS_PG"] = null,
                    ["PAYOUTS_Worker__Name"] = name,
                    ["PAYOUTS_Http__WebhookUrl"] = webhook.GetLeftPart(UriPartial.Authority),
                    ["PAYOUTS_Http__AdminUrl"] = admin.GetLeftPart(UriPartial.Authority),
                    ["DOTNET_TieredPGO"] = "0",
                },
                LogFile = logFile,
                StopTimeout = TimeSpan.FromSeconds(30),
            }
        );
        var worker = new TownWorker(name, process, webhook, admin);
        try
        {
            await worker.WaitUntilReadyAsync(cancellationToken);
            return worker;
        }
        catch
        {
            await worker.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL: nothing is finished, nothing is said.</summary>
    public async Task KillAsync(CancellationToken cancellationToken = default)
    {
        await _process.SignalAsync(Signal.Kill, cancellationToken);
        await _process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>SIGTERM, and waits for the orderly end.</summary>
    public Task<int> StopAsync(CancellationToken cancellationToken = default) =>
        _process.StopAsync(Signal.Term, TimeSpan.FromSeconds(60), cancellationToken);

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = Admin, Timeout = TimeSpan.FromSeconds(5) };
        var answer = "no answer";
        try
        {
            await Poll.UntilAsync($"worker {Name} to be ready", IsReadyAsync, StartTimeout, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} It said of itself: {answer}{Environment.NewLine}{Tail()}", e);
        }

        async Task<bool> IsReadyAsync(CancellationToken token)
        {
            if (_process.HasExited)
                throw new InvalidOperationException(
                    $"worker {Name} ended with code {_process.ExitCode}:{Environment.NewLine}{Tail()}"
                );
            try
            {
                using var response = await http.GetAsync(new Uri("health/ready", UriKind.Relative), token);
                answer = await response.Content.ReadAsStringAsync(token);
                return response.IsSuccessStatusCode;
            }
            catch (Exception e)
                when (e is HttpRequestException or TaskCanceledException && !token.IsCancellationRequested)
            {
                answer = e.Message;
                return false;
            }
        }
    }

    private string Tail() => string.Join(Environment.NewLine, _process.Tail(20));

    // Both programs are built into folders of their own; ours holds a copy of the worker's files.
    private static string WorkerProgram => Path.Combine(AppContext.BaseDirectory, "PayoutWorker.dll");
}
