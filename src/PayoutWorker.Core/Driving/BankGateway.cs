using System.Collections.Frozen;
using System.Net;
using Bank131.Client;
using Bank131.Messages;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace PayoutWorker.Driving;

/// <param name="BreakAfter">Calls in <see cref="Sampling"/> before the breaker may open at all.</param>
/// <param name="FailureRatio">Share of unusable answers at which it opens.</param>
internal sealed record GatewayOptions(
    TimeSpan Sampling,
    TimeSpan Break,
    int BreakAfter = 20,
    double FailureRatio = 0.5,
    int AskRetries = 2
)
{
    public TimeSpan SendWindow { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>By project; one that is not there has no limit but the bank's.</summary>
    public IReadOnlyDictionary<string, double> CallsPerSecond { get; init; } = new Dictionary<string, double>();
}

/// <summary>
/// The bank over HTTP. A breaker and a pace for each project; retries only for session/status, which reads. A payment
/// call is sent once, whatever happens: what became of it is found out by asking.
/// </summary>
internal sealed class BankGateway : IBank
{
    private readonly BankClient _client;
    private readonly Dictionary<string, Line> _lines;
    private readonly TimeProvider _time;
    private readonly TimeSpan _patience;
    private readonly ILogger _logger;

    public BankGateway(
        BankClient client,
        IEnumerable<BankProject> projects,
        GatewayOptions options,
        TimeProvider time,
        ILogger<BankGateway> logger
    )
    {
        (_client, _time, _patience, _logger) = (client, time, options.SendWindow, logger);
        _lines = projects.ToDictionary(project => project.Name, project => new Line(project, options, time));
        Paces = _lines.ToFrozenDictionary(line => line.Key, line => line.Value.Pace);
    }

    public IReadOnlyList<string> PausedProjects =>
        [.. _lines.Where(line => line.Value.IsClosed(_time)).Select(line => line.Key)];

    public int Trickle => _lines.Values.Any(line => line.IsOnTrial(_time)) ? 1 : int.MaxValue;

    public IReadOnlyDictionary<string, Pace> Paces { get; }

    public async Task<BankAnswer> SendAsync(
        string project,
        string path,
        ReadOnlyMemory<byte> body,
        string idempotencyKey
    )
    {
        if (!_lines.TryGetValue(project, out var line))
            return new BankAnswer.NotSent($"project {project} is not configured here");
        try
        {
            return Noted(line, await line.Send.ExecuteAsync(_ => Post(line, path, body, idempotencyKey, default)));
        }
        catch (BrokenCircuitException)
        {
            return new BankAnswer.NotSent("the bank does not answer; the breaker is open");
        }
    }

    public async Task<BankAnswer> AskAsync(string project, string sessionId, CancellationToken cancellationToken)
    {
        if (!_lines.TryGetValue(project, out var line))
            return new BankAnswer.NotSent($"project {project} is not configured here");
        var body = BankJson.Bytes(new AskSession(sessionId));
        try
        {
            return Noted(
                line,
                await line.Ask.ExecuteAsync(
                    async token =>
                        await line.Pace.TurnAsync(_patience, token)
                            ? await line.Send.ExecuteAsync(
                                inner => Post(line, BankPath.Status, body, null, inner),
                                token
                            )
                            : new BankAnswer.NotSent("the bank asked for a pause, or has enough of our calls for now"),
                    cancellationToken
                )
            );
        }
        catch (BrokenCircuitException)
        {
            return new BankAnswer.NotSent("the bank does not answer; the breaker is open");
        }
    }

    private async ValueTask<BankAnswer> Post(
        Line line,
        string path,
        ReadOnlyMemory<byte> body,
        string? key,
        CancellationToken cancellationToken
    )
    {
        using var span = Tracing.Call(line.Project.Name, path);
        line.Pace.Began();
        try
        {
            var answer = await _client.PostAsync(line.Project, path, body, key, cancellationToken);
            span?.SetTag("bank.outcome", answer.GetType().Name);
            return answer;
        }
        finally
        {
            line.Pace.Ended();
        }
    }

    private BankAnswer Noted(Line line, BankAnswer answer)
    {
        if (answer is BankAnswer.Unknown { RetryAfter: { } pause } && line.Pace.Pause(pause, IsTooMany(answer)))
            _logger.ProjectPaused(line.Project.Name, pause.TotalSeconds, "the bank asked for it");
        return answer;
    }

    private static bool IsTooMany(BankAnswer? answer) => answer?.HttpStatus == (int)HttpStatusCode.TooManyRequests;

    /// <summary>The line to one project.</summary>
    private sealed class Line
    {
        private readonly CircuitBreakerStateProvider _breaker = new();
        private readonly long _epoch;
        private readonly TimeSpan _break;
        private long _openUntilTicks;

        public Line(BankProject project, GatewayOptions options, TimeProvider time)
        {
            Project = project;
            var limit = options.CallsPerSecond.TryGetValue(project.Name, out var most) ? most : (double?)null;
            Pace = new Pace(limit, options.SendWindow, time);
            _epoch = time.GetTimestamp();
            _break = options.Break;
            var breaker = new CircuitBreakerStrategyOptions<BankAnswer>
            {
                ShouldHandle = args => ValueTask.FromResult(IsOutage(args.Outcome.Result)),
                SamplingDuration = options.Sampling,
                BreakDuration = options.Break,
                MinimumThroughput = options.BreakAfter,
                FailureRatio = options.FailureRatio,
                StateProvider = _breaker,
                OnOpened = _ =>
                {
                    Volatile.Write(ref _openUntilTicks, (time.GetElapsedTime(_epoch) + _break).Ticks);
                    return default;
                },
            };
            var retry = new RetryStrategyOptions<BankAnswer>
            {
                ShouldHandle = args =>
                    ValueTask.FromResult(
                        args.Outcome.Result is BankAnswer.Unknown { RetryAfter: null } or BankAnswer.NotSent
                    ),
                MaxRetryAttempts = options.AskRetries,
                Delay = TimeSpan.FromMilliseconds(100),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            };
            // One breaker: its state is what questions and calls together have seen.
            Send = new ResiliencePipelineBuilder<BankAnswer> { TimeProvider = time }
                .AddCircuitBreaker(breaker)
                .Build();
            Ask = new ResiliencePipelineBuilder<BankAnswer> { TimeProvider = time }
                .AddRetry(retry)
                .Build();
        }

        public BankProject Project { get; }
        public Pace Pace { get; }
        public ResiliencePipeline<BankAnswer> Send { get; }

        /// <summary>Goes round <see cref="Send"/>.</summary>
        public ResiliencePipeline<BankAnswer> Ask { get; }

        // The breaker stays open until somebody calls, so the project must be claimed again for that. Where nobody has
        // anything for it during one more break, the other projects are not kept waiting for the trial.
        public bool IsOnTrial(TimeProvider time) =>
            _breaker.CircuitState == CircuitState.HalfOpen
            || _breaker.CircuitState == CircuitState.Open
                && SinceBreak(time) is var since
                && since >= TimeSpan.Zero
                && since < _break;

        public bool IsClosed(TimeProvider time) =>
            _breaker.CircuitState == CircuitState.Isolated
            || _breaker.CircuitState == CircuitState.Open && SinceBreak(time) < TimeSpan.Zero
            || Pace.IsPaused;

        private TimeSpan SinceBreak(TimeProvider time) =>
            time.GetElapsedTime(_epoch) - TimeSpan.FromTicks(Volatile.Read(ref _openUntilTicks));

        // Too many calls are no outage: the bank is there, and the pace goes down.
        private static bool IsOutage(BankAnswer? answer) =>
            answer is BankAnswer.Unknown or BankAnswer.NotSent && !IsTooMany(answer);
    }
}
