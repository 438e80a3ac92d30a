using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace PayoutWorker.Lab.Postgres;

/// <summary>Picks ports of this machine to listen on.</summary>
internal static class FreePort
{
    // Below what the kernel gives to outgoing connections: a server that is restarted finds its port still free.
    private const int Lowest = 20_000;
    private const int Highest = 32_000;
    private const int TriesMax = 100;

    /// <summary>A port of 127.0.0.1 that nobody listens on now.</summary>
    public static int Find()
    {
        for (var tries = 0; tries < TriesMax; tries++)
        {
            var port = RandomNumberGenerator.GetInt32(Lowest, Highest);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }
        throw new InvalidOperationException($"No free port between {Lowest} and {Highest} in {TriesMax} tries.");
    }
}
