using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bank131.Tests.Support;

/// <summary>
/// A bank made of one raw socket, so that it can break where no HTTP server would. It counts the requests whose body
/// came in whole, which is what must never be more than one.
/// </summary>
internal sealed class FaultServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<NetworkStream, Socket, CancellationToken, Task> _act;
    private readonly Task _loop;
    private int _requests;

    /// <param name="act">What happens after a request came in whole; then the connection is closed.</param>
    public FaultServer(Func<NetworkStream, Socket, CancellationToken, Task> act)
    {
        _act = act;
        _listener.Start();
        _loop = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    /// <summary>Requests that arrived whole.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>The header of the last request, and its body.</summary>
    public string Header { get; private set; } = "";
    public byte[] Body { get; private set; } = [];

    /// <summary>A server that answers with these bytes.</summary>
    public static FaultServer Saying(string answer) =>
        new((stream, _, token) => stream.WriteAsync(Encoding.UTF8.GetBytes(answer), token).AsTask());

    public static FaultServer Answering(int status, string body, string headers = "") =>
        Saying(
            $"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{headers}"
                + $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"
        );

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptSocketAsync(_stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
            {
                return;
            }
            _ = ServeAsync(socket);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            await using var stream = new NetworkStream(socket);
            try
            {
                while (await ReadRequestAsync(stream))
                    await _act(stream, socket, _stop.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // The client has gone, or the test is over.
            }
        }
    }

    private async Task<bool> ReadRequestAsync(NetworkStream stream)
    {
        var header = new StringBuilder();
        var one = new byte[1];
        while (!header.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
                return false;
            header.Append((char)one[0]);
        }
        Header = header.ToString();
        var length = Header
            .Split("\r\n")
            .Where(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
            .Select(line => int.Parse(line.AsSpan(15), System.Globalization.CultureInfo.InvariantCulture))
            .SingleOrDefault();
        var body = new byte[length];
        await stream.ReadExactlyAsync(body, _stop.Token);
        Body = body;
        Interlocked.Increment(ref _requests);
        return true;
    }
}
