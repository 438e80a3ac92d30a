using PayoutWorker.Payouts;

namespace PayoutWorker.Store;

/// <summary>One write of a set, decided and not written yet. A decision that throws spoils its own write, not the set's.</summary>
internal sealed record Draft(Func<Payout, Change?> Decide, Payout? Payout, Change? Change, Exception? Error)
{
    public static Draft Of(Func<Payout, Change?> decide, Payout? payout)
    {
        try
        {
            return new Draft(decide, payout, payout is null ? null : decide(payout), null);
        }
        catch (Exception e)
        {
            return new Draft(decide, payout, null, e);
        }
    }

    /// <summary>The first call of a payout after which money can move: limits are counted where it is intended.</summary>
    public bool BeginsMoney => Change is { Intent: Step.Start or Step.Init };

    public Lazy<Written> AddTo(ChangeSet set)
    {
        if (Error is { } error)
            return Failed(error);
        try
        {
            var written = new Written(Change, Payout, Change is null ? Payout : set.Add(Payout!, Change));
            return new Lazy<Written>(written);
        }
        catch (Exception e)
        {
            return Failed(e);
        }
    }

    private static Lazy<Written> Failed(Exception e) => new(() => throw new InvalidOperationException(e.Message, e));
}
