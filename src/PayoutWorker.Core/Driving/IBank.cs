using System.Collections.Frozen;
using Bank131.Client;

namespace PayoutWorker.Driving;

/// <summary>The bank, as the drive sees it. HTTP in production; the simulation puts a model in its place.</summary>
internal interface IBank
{
    /// <summary>
    /// Sends a call whose intent is committed, after <see cref="TurnAsync"/>. Takes no token: a call that can move money
    /// is never cut off half way.
    /// </summary>
    Task<BankAnswer> SendAsync(string project, string path, ReadOnlyMemory<byte> body, string idempotencyKey);

    /// <summary>
    /// Waits until the project's pace lets a call begin. It is for the caller of <see cref="SendAsync"/> to take it,
    /// and to look at the send window again afterwards.
    /// </summary>
    /// <returns>False, at once, when that would be later than <paramref name="within"/>.</returns>
    ValueTask<bool> TurnAsync(string project, TimeSpan within) =>
        Paces.TryGetValue(project, out var pace) ? pace.TurnAsync(within, default) : new(true);

    /// <summary>Asks for a session's status; takes its own turn, and repeats by itself what is safe to repeat.</summary>
    Task<BankAnswer> AskAsync(string project, string sessionId, CancellationToken cancellationToken);

    /// <summary>Projects to which nothing is sent for now: the breaker is open, or the bank asked for a pause.</summary>
    IReadOnlyList<string> PausedProjects { get; }

    /// <summary>How many calls may begin now at most: one while a paused project is being tried again.</summary>
    int Trickle { get; }

    /// <summary>How fast calls begin, by project.</summary>
    IReadOnlyDictionary<string, Pace> Paces => FrozenDictionary<string, Pace>.Empty;
}
