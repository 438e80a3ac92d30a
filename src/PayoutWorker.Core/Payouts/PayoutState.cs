namespace PayoutWorker.Payouts;

/// <summary>Where a payout is. Stored as lower-case text; <see cref="Transitions"/> says what may follow what.</summary>
internal enum PayoutState
{
    /// <summary>Inserted by the ERP, nothing sent. The claim takes it out.</summary>
    New,

    /// <summary>create may have reached the bank. No money can move; an unknown outcome is answered by a new session.</summary>
    Creating,

    /// <summary>The session's id is stored, nothing started.</summary>
    Created,

    /// <summary>start may have reached the bank. Only session/status takes it out again.</summary>
    Starting,

    /// <summary>session/init may have reached the bank and its session id is not known. Never sent again.</summary>
    Initiating,

    /// <summary>The bank checks the payout.</summary>
    Started,

    /// <summary>The bank waits for our confirm, and the guard has passed once.</summary>
    Ready,

    /// <summary>confirm may have reached the bank.</summary>
    Confirming,

    /// <summary>The bank has our confirm and pays.</summary>
    Confirmed,

    /// <summary>cancel may have reached the bank; only the bank's final word proves it.</summary>
    Cancelling,

    /// <summary>Needs a person; <see cref="Payout.HeldFrom"/> says where it was. Still asked about.</summary>
    Held,

    /// <summary>Final: the bank paid our amount to our payee.</summary>
    Paid,

    /// <summary>Final: the bank did not pay.</summary>
    Failed,

    /// <summary>Final: not paid because somebody asked to cancel.</summary>
    Cancelled,

    /// <summary>Final: nothing was ever sent, the row cannot be paid as it stands.</summary>
    Rejected,

    /// <summary>Final: paid, and the whole amount came back.</summary>
    Returned,
}

internal static class PayoutStates
{
    private static readonly string[] Texts = [.. Enum.GetNames<PayoutState>().Select(name => name.ToLowerInvariant())];

    public static string Text(this PayoutState state) => Texts[(int)state];

    /// <summary>The state of that text. An unknown text means a newer version wrote it: leave that row alone.</summary>
    public static PayoutState Parse(string text) =>
        Array.IndexOf(Texts, text) is var index and >= 0
            ? (PayoutState)index
            : throw new FormatException($"expected a payout state, got '{text}'");

    public static bool IsFinal(this PayoutState state) => state >= PayoutState.Paid;

    /// <summary>The "-ing" states: a call may be under way, so the row is asked about, never straight sent.</summary>
    public static bool IsUnderWay(this PayoutState state) =>
        state
            is PayoutState.Creating
                or PayoutState.Starting
                or PayoutState.Initiating
                or PayoutState.Confirming
                or PayoutState.Cancelling;
}
