using PayoutWorker.Payouts;

namespace PayoutWorker.Decisions;

/// <summary>What to do with a payout now.</summary>
internal abstract record Act
{
    private Act() { }

    /// <summary>Ask the bank for the session's status.</summary>
    internal sealed record Ask(string SessionId) : Act;

    /// <summary>Write this; when it holds an intent and is committed, send that call.</summary>
    internal sealed record Write(Change Change) : Act;
}
