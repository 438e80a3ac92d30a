using Bank131.Client;

namespace PayoutWorker.Driving;

/// <summary>The bank, as the drive sees it. HTTP in production; the simulation puts a model in its place.</summary>
internal interface IBank
{
    /// <summary>
    /// Sends a call whose intent is committed. Takes no token: a call that can move money is never cut off half way.
    /// </summary>
    Task<BankAnswer> SendAsync(string project, string path, ReadOnlyMemory<byte> body, string idempotencyKey);

    /// <summary>Asks for a session's status; repeats by itself what is safe to repeat.</summary>
    Task<BankAnswer> AskAsync(string project, string sessionId, CancellationToken cancellationToken);

    /// <summary>Projects to which nothing is sent for now: the breaker is open, or the bank asked for a pause.</summary>
    IReadOnlyList<string> PausedProjects { get; }

    /// <summary>How many calls may begin now at most: one while a paused project is being tried again.</summary>
    int Trickle { get; }
}
