using System.Text.Json;
using PayoutWorker.Bench.Peers;

namespace PayoutWorker.Bench.Scenarios;

/// <summary>
/// What the bank saw, by its own clock, which is this machine's: nobody's own word about its latency counts. What a
/// webhook waits for a free connection at the bank counts against who is asked.
/// </summary>
internal sealed class BankEvents
{
    private readonly Dictionary<string, Seen> _byPayee = [];

    private BankEvents() { }

    public static async Task<BankEvents> ReadAsync(Ground ground, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(5) };
        var text = await http.GetStringAsync(new Uri(ground.BankAddress, "control/events"), cancellationToken);
        using var document = JsonDocument.Parse(text);
        var counters = document.RootElement.GetProperty("counters").EnumerateObject();
        var (all, bySession) = (
            new BankEvents { Counters = counters.ToDictionary(one => one.Name, one => one.Value.GetInt64()) },
            new Dictionary<string, Seen>()
        );
        foreach (var one in document.RootElement.GetProperty("events").EnumerateArray())
        {
            if (Text(one, "session_id") is not { } session)
                continue;
            if (!bySession.TryGetValue(session, out var seen))
                bySession[session] = seen = new Seen();
            var at = one.GetProperty("at").GetDateTimeOffset();
            switch (Text(one, "kind"))
            {
                case "created":
                    seen.Created = at;
                    break;
                case "started":
                    all._byPayee[Text(one, "payee")!] = seen;
                    break;
                case "confirmed":
                    seen.Confirmed = at;
                    break;
                case "settled":
                    seen.Settled = at;
                    break;
                case "webhook_sending" when Text(one, "webhook_type") == "ready_to_confirm":
                    seen.ReadySent = at;
                    break;
                case "webhook_sending":
                    seen.FinishSent = at;
                    break;
                case "webhook_answered" when Text(one, "webhook_type") == "ready_to_confirm":
                    seen.ReadyAnswered = at;
                    break;
                case "webhook_answered":
                    seen.FinishAnswered = at;
                    break;
            }
        }
        return all;
    }

    /// <summary>How often each kind of event happened.</summary>
    public required IReadOnlyDictionary<string, long> Counters { get; init; }

    /// <summary>Of the payout with this number; null when the bank has not heard of it.</summary>
    public Seen? Of(int number) => OfPayee($"40817810{number:000000000000}");

    public Seen? OfPayee(string account) => _byPayee.GetValueOrDefault(account);

    public IEnumerable<Seen> All => _byPayee.Values;

    private static string? Text(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    internal sealed class Seen
    {
        public DateTimeOffset Created { get; set; }
        public DateTimeOffset Confirmed { get; set; }
        public DateTimeOffset Settled { get; set; }
        public DateTimeOffset ReadySent { get; set; }
        public DateTimeOffset ReadyAnswered { get; set; }
        public DateTimeOffset FinishSent { get; set; }
        public DateTimeOffset FinishAnswered { get; set; }
    }
}
