using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace PayoutWorker.Lab.Chaos.Network;

/// <summary>
/// A TCP proxy on 127.0.0.1 that does to connections what networks do. Which fault a connection meets depends on the
/// seed and on how many came before it.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<ProxyConnection, Task> _connections = [];
    private readonly ConcurrentDictionary<ProxyFault, int> _fired = [];
    private readonly Func<IPEndPoint> _target;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly Lock _lock = new();
    private TcpListener _listener;
    private Task _accepting;
    private volatile ProxyFaults? _faults;

    /// <param name="target">Asked for each connection.</param>
    public FaultProxy(int port, Func<IPEndPoint> target, int seed, TimeProvider time)
    {
        (Port, _target, _random, _time) = (port, target, new Random(seed), time);
        (_listener, _accepting) = Listen();
    }

    public int Port { get; }

    /// <summary>Null: everything passes, and connections that had a fault before them have none any more.</summary>
    public ProxyFaults? Faults
    {
        get => _faults;
        set => _faults = value;
    }

    public TimeProvider Time => _time;

    /// <summary>How often each fault struck.</summary>
    public IReadOnlyDictionary<ProxyFault, int> Fired => _fired;

    /// <summary>Connections that were let in.</summary>
    public int Accepted { get; private set; }

    public void Note(ProxyFault fault) => _fired.AddOrUpdate(fault, 1, (_, count) => count + 1);

    /// <summary>RST on every open connection.</summary>
    public void CutAll()
    {
        foreach (var connection in _connections.Keys)
        {
            Note(ProxyFault.CutAnswer);
            connection.Abort();
        }
    }

    /// <summary>Stops listening, so that new connections are refused; open ones go on. One at a time.</summary>
    public async Task RefuseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        Note(ProxyFault.Refuse);
        _listener.Stop();
        await _accepting;
        try
        {
            await Task.Delay(pause, _time, cancellationToken);
        }
        finally
        {
            (_listener, _accepting) = Listen();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        foreach (var connection in _connections.Keys)
            connection.Abort();
        await Task.WhenAll(_connections.Values);
        _stop.Dispose();
    }

    private (TcpListener, Task) Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        return (listener, AcceptAsync(listener));
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptSocketAsync(_stop.Token);
                var connection = new ProxyConnection(this, client, _target(), Draw());
                _connections[connection] = Task.CompletedTask;
                _connections[connection] = RunAsync(connection);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Stopped, for a while or for good.
        }
    }

    private async Task RunAsync(ProxyConnection connection)
    {
        await Task.Yield();
        await connection.RunAsync(_stop.Token);
        _connections.TryRemove(connection, out _);
    }

    private ProxyPlan? Draw()
    {
        lock (_lock)
        {
            Accepted++;
            return _faults is { } faults ? ProxyPlan.Draw(faults, _random) : null;
        }
    }
}
