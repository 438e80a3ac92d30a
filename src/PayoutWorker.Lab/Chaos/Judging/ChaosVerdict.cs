namespace PayoutWorker.Lab.Chaos.Judging;

/// <summary>What is wrong with one payout, or with the whole run where there is no key.</summary>
internal sealed record Wrong(string? Key, string Text);

/// <summary>The end of a chaos run.</summary>
/// <param name="Orders">Payouts that were inserted.</param>
/// <param name="Settled">Payments in the bank's ledger.</param>
/// <param name="States">How many payouts ended how; held ones with their kind.</param>
internal sealed record ChaosVerdict(
    int Orders,
    int Settled,
    int BankCalls,
    IReadOnlyDictionary<string, int> States,
    IReadOnlyList<Wrong> Wrongs,
    Tables Tables
)
{
    public bool IsRight => Wrongs.Count == 0;
}
