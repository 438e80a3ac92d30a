using System.Net;
using System.Net.Sockets;

namespace PayoutWorker.Lab.Chaos.Network;

/// <summary>One connection through the proxy, and the fault that it meets.</summary>
internal sealed class ProxyConnection(FaultProxy proxy, Socket client, IPEndPoint target, ProxyPlan? plan) : IDisposable
{
    // A client that gave up closes its side; what it had sent before must still be read by the server.
    private static readonly TimeSpan LateGrace = TimeSpan.FromMilliseconds(300);

    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private volatile Task _silence = Task.CompletedTask;
    private bool _struck;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            client.NoDelay = _server.NoDelay = true;
            await _server.ConnectAsync(target, cancellationToken);
            await Task.WhenAll(
                PumpAsync(client, _server, isRequest: true, cancellationToken),
                PumpAsync(_server, client, isRequest: false, cancellationToken)
            );
            client.Dispose();
            _server.Dispose();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // One side broke, so the other one must see it break.
            Abort();
        }
    }

    /// <summary>RST to both sides.</summary>
    public void Abort()
    {
        foreach (var socket in (Socket[])[client, _server])
        {
            try
            {
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // It is closed already.
            }
            socket.Dispose();
        }
    }

    public void Dispose() => Abort();

    private async Task PumpAsync(Socket from, Socket to, bool isRequest, CancellationToken cancellationToken)
    {
        try
        {
            var buffer = new byte[16 * 1024];
            var passed = 0L;
            int read;
            while ((read = await from.ReceiveAsync(buffer, cancellationToken)) > 0)
            {
                var data = buffer.AsMemory(0, read);
                if (plan is not null && Strikes(plan, isRequest, passed + read))
                {
                    var unharmed = (int)Math.Max(0, plan.AfterBytes - passed);
                    await SendAsync(to, data[..unharmed], cancellationToken);
                    data = data[unharmed..];
                    await StrikeAsync(plan, data, cancellationToken);
                }
                await SendAsync(to, data, cancellationToken);
                passed += read;
            }
            if (_struck && isRequest)
                await Task.Delay(LateGrace, proxy.Time, cancellationToken);
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            Abort();
        }
    }

    private bool Strikes(ProxyPlan fault, bool isRequest, long bytes)
    {
        if (_struck || proxy.Faults is null || fault.StrikesRequest != isRequest || bytes <= fault.AfterBytes)
            return false;
        proxy.Note(fault.Fault);
        return _struck = true;
    }

    private async Task StrikeAsync(ProxyPlan fault, Memory<byte> data, CancellationToken cancellationToken)
    {
        switch (fault.Fault)
        {
            case ProxyFault.CutRequest or ProxyFault.CutAnswer:
                Abort();
                break;
            case ProxyFault.Delay:
                await Task.Delay(fault.Pause, proxy.Time, cancellationToken);
                break;
            case ProxyFault.SilenceThenPass or ProxyFault.SilenceThenCut:
                _silence = Task.Delay(fault.Pause, proxy.Time, cancellationToken);
                await _silence;
                if (fault.Fault == ProxyFault.SilenceThenCut)
                    Abort();
                break;
            case ProxyFault.Garbage:
                // Neither HTTP nor JSON has control characters: a broken answer must not turn into another valid one.
                data.Span.Fill(0x07);
                break;
        }
    }

    private async Task SendAsync(Socket to, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        await _silence;
        while (data.Length > 0)
            data = data[await to.SendAsync(data, cancellationToken)..];
    }
}
