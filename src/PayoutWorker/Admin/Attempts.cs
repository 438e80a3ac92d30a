using System.Net;
using System.Net.Sockets;

namespace PayoutWorker.Host.Admin;

/// <summary>
/// Counts wrong passwords, by user and address and by address alone, and locks out for a while. In memory: a guess
/// costs a quarter of a second of processor time anyway, so a restart gives nothing away.
/// </summary>
/// <param name="lockAfter">For one user from one address; four times that from one address.</param>
/// <param name="isShared">Whether many people call from there, as through a proxy; loopback always counts as such. One
/// of them must not lock out the rest, so such an address is not locked as a whole.</param>
internal sealed class Attempts(int lockAfter, TimeSpan lockTime, Predicate<IPAddress> isShared, TimeProvider time)
{
    private const int EntriesMax = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = [];

    public int Count
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    /// <summary>How long nothing is let in from there for that user; zero: it may be tried.</summary>
    public TimeSpan LockedFor(string user, IPAddress? address)
    {
        lock (_lock)
            return Keys(user, address)
                .Select(key =>
                    _entries.TryGetValue(key.Text, out var e) && e.Count >= key.Max ? Left(e) : TimeSpan.Zero
                )
                .Max();
    }

    /// <summary>Notes a wrong one; true when that locked it.</summary>
    public bool Failed(string user, IPAddress? address)
    {
        lock (_lock)
        {
            if (_entries.Count >= EntriesMax)
                Forget();
            var locked = false;
            foreach (var (key, max) in Keys(user, address))
            {
                var count = _entries.TryGetValue(key, out var e) && Left(e) > TimeSpan.Zero ? e.Count + 1 : 1;
                _entries[key] = new Entry(count, time.GetTimestamp());
                locked |= count >= max;
            }
            return locked;
        }
    }

    public void Succeeded(string user, IPAddress? address)
    {
        lock (_lock)
            foreach (var (key, _) in Keys(user, address))
                _entries.Remove(key);
    }

    private IEnumerable<(string Text, int Max)> Keys(string user, IPAddress? address) =>
        IsShared(address)
            ? [($"{Network(address)} {user.ToUpperInvariant()}", lockAfter)]
            : [($"{Network(address)} {user.ToUpperInvariant()}", lockAfter), (Network(address), lockAfter * 4)];

    private bool IsShared(IPAddress? address) =>
        address is not null && (IPAddress.IsLoopback(address) || isShared(address));

    // Whoever has one address of IPv6 has 2 to the 64 of them.
    private static string Network(IPAddress? address) =>
        address switch
        {
            null => "unknown",
            { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
            { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes()[..8]),
            _ => address.ToString(),
        };

    private TimeSpan Left(Entry entry) =>
        lockTime - time.GetElapsedTime(entry.At) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    private void Forget()
    {
        foreach (
            var key in _entries.Where(pair => Left(pair.Value) == TimeSpan.Zero).Select(pair => pair.Key).ToArray()
        )
            _entries.Remove(key);
        if (_entries.Count >= EntriesMax)
            foreach (var key in _entries.OrderBy(e => e.Value.At).Take(EntriesMax / 2).Select(e => e.Key).ToArray())
                _entries.Remove(key);
    }

    private sealed record Entry(int Count, long At);
}
