namespace Bank131.Simulator;

/// <summary>
/// What was really paid, kept from what the bank did and never from a partner's metadata: the judge of every test.
/// May be read from any thread.
/// </summary>
internal sealed class BankLedger
{
    private readonly Lock _gate = new();
    private readonly List<LedgerEntry> _entries = [];
    private readonly Dictionary<string, List<int>> _byPayee = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _byPayout = new(StringComparer.Ordinal);
    private readonly List<LedgerRefund> _refunds = [];
    private long _total;

    public int Count
    {
        get
        {
            lock (_gate)
                return _entries.Count;
        }
    }

    /// <summary>Minor units, all currencies together, returns not taken off.</summary>
    public long Total
    {
        get
        {
            lock (_gate)
                return _total;
        }
    }

    public IReadOnlyList<LedgerEntry> All()
    {
        lock (_gate)
            return [.. _entries];
    }

    /// <summary>What came back, in its order.</summary>
    public IReadOnlyList<LedgerRefund> Refunds()
    {
        lock (_gate)
            return [.. _refunds];
    }

    public IReadOnlyList<LedgerEntry> Of(string payee, long? amount = null)
    {
        lock (_gate)
            return _byPayee.TryGetValue(payee, out var found)
                ? [.. found.Select(i => _entries[i]).Where(e => amount is null || e.Amount == amount)]
                : [];
    }

    /// <summary>Payments of one amount to one payee that were made more than once.</summary>
    public IReadOnlyList<IReadOnlyList<LedgerEntry>> Repeated() =>
        [
            .. All()
                .GroupBy(e => (e.Payee, e.Amount))
                .Where(g => g.Count() > 1)
                .Select(IReadOnlyList<LedgerEntry> (g) => [.. g]),
        ];

    internal void Add(LedgerEntry entry)
    {
        lock (_gate)
        {
            _byPayout[entry.PayoutId] = _entries.Count;
            if (!_byPayee.TryGetValue(entry.Payee, out var found))
                _byPayee[entry.Payee] = found = new List<int>(1);
            found.Add(_entries.Count);
            _entries.Add(entry);
            _total += entry.Amount;
        }
    }

    internal void Refund(string payoutId, string refundId, long amount, DateTimeOffset at)
    {
        lock (_gate)
        {
            var i = _byPayout[payoutId];
            _entries[i] = _entries[i] with { RefundedAmount = _entries[i].RefundedAmount + amount };
            _refunds.Add(new LedgerRefund(refundId, _entries[i], amount, at));
        }
    }
}
