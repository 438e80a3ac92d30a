using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Bank131.Simulator;

/// <summary>A running bank on 127.0.0.1. Its ledger is what was really paid.</summary>
internal sealed class BankSimulator : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly BankGate _gate;
    private readonly WebhookCourier _courier;
    private readonly CancellationTokenSource _stop = new();
    private Task _pump = Task.CompletedTask;

    private BankSimulator(SimulatorOptions options, TimeProvider time)
    {
        Events = new EventLog(options.EventsKept);
        _gate = new BankGate(options, Events, time);
        _courier = new WebhookCourier(options, _gate, Events);
        var bank = new BankEndpoint(_gate, _courier, options);
        var control = new ControlEndpoint(this);
        _app = Build(
            options,
            http =>
                http.Request.Path.StartsWithSegments("/control")
                    ? control.HandleAsync(http, http.RequestAborted)
                    : bank.HandleAsync(http, http.RequestAborted)
        );
    }

    /// <summary>e.g. <c>http://127.0.0.1:41234/</c>.</summary>
    public Uri BaseAddress { get; private set; } = null!;
    public BankLedger Ledger => _gate.Ledger;
    public EventLog Events { get; }

    /// <summary>When the bank does something by itself next; null if nothing will.</summary>
    public DateTimeOffset? NextDue => _gate.Do((bank, _) => bank.NextDue);

    public static Task<BankSimulator> StartAsync(SimulatorOptions options, CancellationToken cancellationToken) =>
        StartAsync(options, TimeProvider.System, cancellationToken);

    public static async Task<BankSimulator> StartAsync(
        SimulatorOptions options,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var simulator = new BankSimulator(options, time);
        try
        {
            await simulator._app.StartAsync(cancellationToken);
        }
        catch
        {
            await simulator.DisposeAsync();
            throw;
        }
        var addresses = simulator._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        simulator.BaseAddress = new Uri(addresses.Addresses.First() + "/");
        var pump = new BankPump(simulator._gate, simulator._courier, time);
        simulator._pump = Task.Run(() => simulator.RunAsync(pump), CancellationToken.None);
        return simulator;
    }

    public void Script(PayoutScript script) => Do(bank => bank.Script(script));

    public void Script(CallFault fault) => Do(bank => bank.Script(fault));

    public void Script(WebhookFault fault) => Do(bank => bank.Script(fault));

    public void Script(StatementFault fault) => Do(bank => bank.Script(fault));

    /// <summary>Faults by chance from now on; null ends them.</summary>
    public void Script(RandomFaults? random) => Do(bank => bank.Script(random));

    /// <summary>Ends all faults of methods and by chance; scripts of payees stay.</summary>
    public void ClearFaults() => Do(bank => bank.ClearFaults());

    public void ClearScripts() => Do(bank => bank.ClearScripts());

    /// <summary>From now on webhooks are signed with <see cref="SimulatorOptions.NextBankPrivateKeyPem"/>.</summary>
    public void UseNextBankKey() => _courier.UseNextKey(next: true);

    /// <summary>From now on calls signed with the partners' first keys are refused: they have rotated.</summary>
    public void UseNextPartnerKeys() => Do(bank => bank.UseNextPartnerKeys());

    public IReadOnlyList<string> SessionIds() => _gate.Do((bank, _) => bank.Sessions.Select(s => s.Id).ToList());

    /// <summary>What session/status shows of a session; null if there is none.</summary>
    public byte[]? Show(string sessionId) => _gate.Do((bank, _) => bank.Show(sessionId));

    /// <summary>Ends at once: open answers and webhooks are cut off, as when a bank goes down.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _pump;
        using (var atOnce = new CancellationTokenSource(TimeSpan.Zero))
            await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
        _courier.Dispose();
        _gate.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(BankPump pump)
    {
        try
        {
            await pump.RunAsync(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The way a pump ends.
        }
        catch (Exception e)
        {
            Events.Break(e);
        }
    }

    private void Do(Action<BankMachine> act)
    {
        _gate.Do(
            (bank, _) =>
            {
                act(bank);
                return true;
            }
        );
        _gate.Wake();
    }

    private static WebApplication Build(SimulatorOptions options, RequestDelegate handle)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(
                IPAddress.Parse(options.Listen),
                options.Port,
                listen => listen.Protocols = HttpProtocols.Http1
            );
        });
        var app = builder.Build();
        app.Run(handle);
        return app;
    }
}
