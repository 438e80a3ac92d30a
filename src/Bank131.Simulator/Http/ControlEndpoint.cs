using System.Text.Json;

namespace Bank131.Simulator;

/// <summary>
/// The simulator's own small API, which no bank has: scripts and faults in, ledger, sessions and events out.
/// </summary>
internal sealed class ControlEndpoint(BankSimulator simulator)
{
    public async Task HandleAsync(HttpContext http, CancellationToken cancellationToken)
    {
        try
        {
            await AnswerAsync(http, cancellationToken);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            await http.Response.WriteAsync(e.Message, cancellationToken);
        }
    }

    private async Task AnswerAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var query = http.Request.Query;
        switch (http.Request.Method, http.Request.Path.Value)
        {
            case ("POST", "/control/scripts"):
                foreach (var script in await ManyAsync<PayoutScript>(http, cancellationToken))
                    simulator.Script(script);
                break;
            case ("DELETE", "/control/scripts"):
                simulator.ClearScripts();
                break;
            case ("POST", "/control/faults"):
                foreach (var faults in await ManyAsync<ControlFaults>(http, cancellationToken))
                    faults.GiveTo(simulator);
                break;
            case ("DELETE", "/control/faults"):
                simulator.ClearFaults();
                break;
            case ("POST", "/control/keys/next"):
                simulator.UseNextBankKey();
                break;
            case ("GET", "/control/ledger"):
                await WriteAsync(http, Ledger(query), cancellationToken);
                break;
            case ("GET", "/control/sessions"):
                await WriteAsync(http, Sessions(query["id"]), cancellationToken);
                break;
            case ("GET", "/control/events"):
                await WriteAsync(http, Events(query), cancellationToken);
                break;
            default:
                http.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private object Ledger(IQueryCollection query)
    {
        var amount = long.TryParse(query["amount"], out var wanted) ? wanted : (long?)null;
        var payee = query["payee"].ToString();
        var entries = payee.Length > 0 ? simulator.Ledger.Of(payee, amount) : simulator.Ledger.All();
        return new
        {
            count = simulator.Ledger.Count,
            total = simulator.Ledger.Total,
            entries,
        };
    }

    private object Sessions(string? id)
    {
        string[] ids = id is null ? [.. simulator.SessionIds()] : [id];
        var shown = ids.Select(simulator.Show).Where(bytes => bytes is not null);
        return new { sessions = shown.Select(bytes => JsonSerializer.Deserialize<JsonElement>(bytes)) };
    }

    private object Events(IQueryCollection query) =>
        new
        {
            counters = simulator.Events.Counters(),
            events = simulator.Events.After(long.TryParse(query["after"], out var after) ? after : 0),
        };

    // One object or a list of them.
    private static async Task<IReadOnlyList<T>> ManyAsync<T>(HttpContext http, CancellationToken cancellationToken)
    {
        var body = await JsonSerializer.DeserializeAsync<JsonElement>(
            http.Request.Body,
            SimulatorJson.Options,
            cancellationToken
        );
        return body.ValueKind == JsonValueKind.Array
            ? body.Deserialize<List<T>>(SimulatorJson.Options)!
            : [body.Deserialize<T>(SimulatorJson.Options)!];
    }

    private static Task WriteAsync(HttpContext http, object value, CancellationToken cancellationToken) =>
        http.Response.WriteAsJsonAsync(value, SimulatorJson.Options, cancellationToken);

    private sealed record ControlFaults
    {
        public IReadOnlyList<CallFault> Calls { get; init; } = [];
        public IReadOnlyList<WebhookFault> Webhooks { get; init; } = [];
        public IReadOnlyList<StatementFault> Statements { get; init; } = [];
        public RandomFaults? Random { get; init; }

        public void GiveTo(BankSimulator simulator)
        {
            foreach (var fault in Calls)
                simulator.Script(fault);
            foreach (var fault in Webhooks)
                simulator.Script(fault);
            foreach (var fault in Statements)
                simulator.Script(fault);
            if (Random is not null)
                simulator.Script(Random);
        }
    }
}
