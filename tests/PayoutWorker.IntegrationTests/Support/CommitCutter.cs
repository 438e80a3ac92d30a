using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace PayoutWorker.IntegrationTests.Support;

/// <summary>
/// A TCP proxy before PostgreSQL that cuts connections exactly at COMMIT: the word has reached the server, the server
/// has done it and says so, and the client gets a reset instead of that answer.
/// </summary>
internal sealed class CommitCutter : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Task, byte> _open = [];
    private readonly Task _accepting;
    private readonly int _target;
    private int _commits;
    private int _cuts;

    public CommitCutter(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Each how manieth COMMIT is cut; 0: none.</summary>
    public int Every { get; set; }

    /// <summary>How many were cut.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_open.Keys);
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var run = RunAsync(await _listener.AcceptSocketAsync(_stop.Token));
                _open[run] = 0;
                _ = run.ContinueWith(done => _open.TryRemove(done, out _), TaskScheduler.Default);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The end.
        }
    }

    private async Task RunAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
        };
        using (client)
        {
            client.NoDelay = true;
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
                await Task.WhenAny(PumpAsync(client, server, _ => false), PumpAsync(server, client, IsToBeCut));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // One side is gone: so is the other.
            }
            client.LingerState = new LingerOption(enable: true, seconds: 0);
        }
    }

    private async Task PumpAsync(Socket from, Socket to, Func<ReadOnlyMemory<byte>, bool> isToBeCut)
    {
        try
        {
            var buffer = new byte[64 * 1024];
            int read;
            while ((read = await from.ReceiveAsync(buffer, _stop.Token)) > 0)
            {
                if (isToBeCut(buffer.AsMemory(0, read)))
                {
                    Interlocked.Increment(ref _cuts);
                    return;
                }
                for (var rest = buffer.AsMemory(0, read); rest.Length > 0; )
                    rest = rest[await to.SendAsync(rest, _stop.Token)..];
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The other side ended it.
        }
    }

    // The server's answer to it, however the word was sent.
    private bool IsToBeCut(ReadOnlyMemory<byte> answer) =>
        answer.Span.IndexOf("COMMIT\0"u8) >= 0 && Every > 0 && Interlocked.Increment(ref _commits) % Every == 0;
}
