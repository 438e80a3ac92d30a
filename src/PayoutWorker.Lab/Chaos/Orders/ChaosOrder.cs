using Bank131.Simulator;

namespace PayoutWorker.Lab.Chaos.Orders;

internal enum ChaosFlow
{
    Account,
    AccountOneRequest,
    Card,
    CheckedCard,
}

/// <summary>One order of the ERP.</summary>
/// <param name="Payee">Account or card number; no other order has it.</param>
/// <param name="Amount">Minor units.</param>
internal sealed record ChaosOrder(string Key, ChaosFlow Flow, string Payee, long Amount)
{
    /// <summary>What the bank does with it, beside what happens by chance.</summary>
    public PayoutScript? Script { get; init; }

    /// <summary>The ERP made a mistake: it must be rejected.</summary>
    public bool HasWrongBik { get; init; }

    /// <summary>The bank shows another payout, or two: a person has to look at it.</summary>
    public bool IsForPeople => Script is { SecondPayout: true } or { Mismatches.Count: > 0 };

    public bool IsCard => Flow is ChaosFlow.Card or ChaosFlow.CheckedCard;
    public bool IsTwoStep => Flow == ChaosFlow.Account;
}
