using PayoutWorker.Payouts;

namespace PayoutWorker.Lab.Simulation.Faults;

/// <summary>How often each fault was seen to strike while a payout was in each state.</summary>
internal sealed class Coverage
{
    private static readonly int States = Enum.GetValues<PayoutState>().Length;
    private readonly long[] _cells = new long[States * Enum.GetValues<FaultKind>().Length];

    public long this[PayoutState state, FaultKind kind] => _cells[(int)kind * States + (int)state];

    public void Add(PayoutState state, FaultKind kind) => _cells[(int)kind * States + (int)state]++;

    public long Of(FaultKind kind) => Enum.GetValues<PayoutState>().Sum(state => this[state, kind]);

    public long Total => _cells.Sum();

    public void Add(Coverage other)
    {
        for (var i = 0; i < _cells.Length; i++)
            _cells[i] += other._cells[i];
    }
}
