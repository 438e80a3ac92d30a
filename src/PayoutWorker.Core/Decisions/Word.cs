using Bank131.Views;

namespace PayoutWorker.Decisions;

/// <summary>What a session says about the money, in one word.</summary>
internal enum Word
{
    /// <summary>Anything that is not clearly one of the others, <c>error</c> first of all: keep asking.</summary>
    Unclear,

    /// <summary>Open, nothing started in it.</summary>
    Empty,

    /// <summary>The bank works on it.</summary>
    Working,

    /// <summary>The bank waits for our confirm.</summary>
    AwaitsConfirm,

    /// <summary>accepted + succeeded.</summary>
    Paid,

    /// <summary>cancelled + failed, or cancelled before anything was started.</summary>
    NotPaid,

    /// <summary>More than one payout in the session: an incident.</summary>
    Doubled,
}

internal static class Words
{
    public static Word Of(SessionView session)
    {
        if (session.Payouts.Count > 1)
            return Word.Doubled;
        var payout = session.Payouts.Count == 1 ? session.Payouts[0].Status : (PayoutStatus?)null;
        return (session.Status, payout) switch
        {
            (SessionStatus.Accepted, PayoutStatus.Succeeded) => Word.Paid,
            (SessionStatus.Cancelled, null or PayoutStatus.Failed) => Word.NotPaid,
            (SessionStatus.Created, null) => Word.Empty,
            // next_action, not the payout's status, is the signal: the bank shows in_progress with it too.
            (SessionStatus.InProgress, PayoutStatus.InProgress or PayoutStatus.Pending) => session.AwaitsConfirm
                ? Word.AwaitsConfirm
                : Word.Working,
            (SessionStatus.InProgress, null) => Word.Working,
            _ => Word.Unclear,
        };
    }
}
