using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PayoutWorker.Core.Tests.Support;

/// <summary>Answers every call with 429.</summary>
internal sealed class BusyServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private int _calls;

    /// <param name="headers">More headers, each with its line's end.</param>
    public BusyServer(string headers)
    {
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        var answer = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 429 Too Many Requests\r\n{headers}Content-Length: 0\r\nConnection: close\r\n\r\n"
        );
        _ = ServeAsync(answer);
    }

    public Uri Address { get; }
    public int Calls => Volatile.Read(ref _calls);

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync(byte[] answer)
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                Interlocked.Increment(ref _calls);
                await using var stream = client.GetStream();
                // A request of a few hundred bytes, whose body ends with its last byte.
                var (buffer, read) = (new byte[64 * 1024], 0);
                while (!IsWhole(buffer.AsSpan(0, read)))
                    read += await stream.ReadAsync(buffer.AsMemory(read));
                await stream.WriteAsync(answer);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // The test is over.
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> read)
    {
        var end = read.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return false;
        var head = Encoding.ASCII.GetString(read[..end]);
        var length = head.Split("\r\n")
            .First(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        return read.Length
            >= end + 4 + int.Parse(length.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
