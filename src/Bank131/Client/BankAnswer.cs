using Bank131.Views;

namespace Bank131.Client;

/// <summary>
/// What became of a call: a closed set. Whatever is not clearly one of the first three is <see cref="Unknown"/>, and
/// an unknown outcome is found out by asking, never by guessing.
/// </summary>
public abstract record BankAnswer
{
    private BankAnswer() { }

    public TimeSpan Duration { get; init; }
    public int? HttpStatus { get; init; }

    /// <summary><c>status: ok</c> with a readable session: the request was taken. It does not mean "paid".</summary>
    public sealed record Accepted(SessionView Session) : BankAnswer;

    /// <summary>The bank answered with an error code. What the code means is decided by the caller.</summary>
    public sealed record Refused(BankError Error) : BankAnswer;

    /// <summary>
    /// Provably nothing left this process: name not resolved, connection refused, TLS not established.
    /// </summary>
    public sealed record NotSent(string Reason) : BankAnswer;

    /// <summary>It may have arrived: time-out, broken connection, 5xx, 429, redirect, unreadable answer.</summary>
    /// <param name="Reason">In plain words, without anything of the body.</param>
    /// <param name="RetryAfter">What a 429 or 503 asked for.</param>
    public sealed record Unknown(string Reason, TimeSpan? RetryAfter = null) : BankAnswer;
}
