using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace PayoutWorker.Host.Ops.Store;

/// <summary>What a list is filtered by. Public, since pages take it as a parameter.</summary>
public sealed record Filter
{
    private static readonly string[] OpenStates =
    [
        "open",
        "new",
        "creating",
        "created",
        "starting",
        "initiating",
        "started",
        "ready",
        "confirming",
        "confirmed",
        "cancelling",
        "held",
    ];

    private static readonly string[] FinalStates = ["paid", "failed", "cancelled", "rejected", "returned"];

    /// <summary>A word that names payouts: key, session, our number, payee's account.</summary>
    public string? Q { get; init; }
    public string? State { get; init; }
    public string? Kind { get; init; }
    public string? Method { get; init; }
    public string? Sender { get; init; }
    public string? Register { get; init; }
    public string? Account { get; init; }
    public string? Payee { get; init; }
    public string? Last4 { get; init; }

    /// <summary>As typed: rubles and kopecks.</summary>
    public string? From { get; init; }
    public string? To { get; init; }

    /// <summary>Days, as typed: 2026-11-21; the last one is included.</summary>
    public string? Since { get; init; }
    public string? Until { get; init; }

    public long? Before { get; init; }

    /// <summary>Sealed, what of it says something of people; then it stands in no address in clear.</summary>
    public string? Token { get; init; }

    /// <summary>Its address cannot be read any more.</summary>
    public bool IsBroken { get; init; }

    /// <summary>What of it may say something of people, by the names of the form's fields.</summary>
    internal IReadOnlyDictionary<string, string?> Personal =>
        Fields.Where(pair => pair.Key is "q" or "account" or "payee" or "last4").ToDictionary();

    /// <summary>The same with these terms of <see cref="Personal"/>.</summary>
    internal Filter With(IReadOnlyDictionary<string, string?> terms) =>
        this with
        {
            Q = terms.GetValueOrDefault("q"),
            Account = terms.GetValueOrDefault("account"),
            Payee = terms.GetValueOrDefault("payee"),
            Last4 = terms.GetValueOrDefault("last4"),
        };

    public static IReadOnlyList<string> States => [.. OpenStates, .. FinalStates];

    public bool IsOpen => OpenStates.Contains(State);

    public static Filter Of(IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> values)
    {
        var given = values.ToDictionary(
            pair => pair.Key,
            pair => pair.Value.ToString().Trim(),
            StringComparer.OrdinalIgnoreCase
        );
        string? Text(string key) => given.GetValueOrDefault(key) is { Length: > 0 and <= 200 } text ? text : null;
        return new Filter
        {
            Q = Text("q"),
            State = States.Contains(Text("state")) ? Text("state") : null,
            Kind = Text("kind") is "before_money" or "outcome_unknown" or "mismatch" ? Text("kind") : null,
            Method = Text("method") is "account" or "card" ? Text("method") : null,
            Sender = Text("sender"),
            Register = Text("register"),
            Account = Text("account"),
            Payee = Text("payee"),
            Last4 = Text("last4"),
            From = Text("from"),
            To = Text("to"),
            Since = Text("since"),
            Until = Text("until"),
            Before = long.TryParse(Text("before"), CultureInfo.InvariantCulture, out var before) ? before : null,
        };
    }

    /// <summary>All that is set, by the names of the form's fields, without the place in the list.</summary>
    public IReadOnlyDictionary<string, string?> Fields =>
        new Dictionary<string, string?>
        {
            ["q"] = Q,
            ["state"] = State,
            ["kind"] = Kind,
            ["method"] = Method,
            ["sender"] = Sender,
            ["register"] = Register,
            ["account"] = Account,
            ["payee"] = Payee,
            ["last4"] = Last4,
            ["from"] = From,
            ["to"] = To,
            ["since"] = Since,
            ["until"] = Until,
        }
            .Where(pair => pair.Value is not null)
            .ToDictionary();

    public string Url(string path, long? before = null)
    {
        IEnumerable<KeyValuePair<string, string?>> fields = Token is null
            ? Fields
            : Fields.Where(pair => !Personal.ContainsKey(pair.Key)).Append(new(Web.SearchTerms.Field, Token));
        return QueryHelpers.AddQueryString(
            path,
            before is { } id ? fields.Append(new("before", id.ToString(CultureInfo.InvariantCulture))) : fields
        );
    }

    /// <summary>What is wrong with the typed amounts and days; null when nothing is.</summary>
    public string? Problem(TimeZoneInfo zone) =>
        IsBroken ? "This address is too old. Search again."
        : From is not null && Money.Parse(From) is null ? $"'{From}' is no amount; write it as 3500 or 3500.00"
        : To is not null && Money.Parse(To) is null ? $"'{To}' is no amount; write it as 3500 or 3500.00"
        : Since is not null && Day(Since, zone, 0) is null ? $"'{Since}' is no day; write it as 2026-11-21"
        : Until is not null && Day(Until, zone, 0) is null ? $"'{Until}' is no day; write it as 2026-11-21"
        : null;

    /// <summary>The statements' parameters.</summary>
    internal object Parameters(TimeZoneInfo zone, int scan = 0) =>
        new
        {
            before = Before ?? long.MaxValue,
            state = State,
            rare_state = State is "paid" || IsOpen ? null : State,
            kind = Kind,
            method = Method,
            sender = Sender,
            register = Register,
            account = Account,
            payee = Payee is null ? null : $"%{Payee.Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_")}%",
            last4 = Last4,
            amount_from = Money.Parse(From),
            amount_to = Money.Parse(To),
            since = Day(Since, zone, 0),
            until = Day(Until, zone, 1),
            scan,
        };

    /// <summary>Whether something is asked for that no index answers.</summary>
    internal bool NeedsScan =>
        State == "paid" || (Method ?? Sender ?? Payee ?? Last4 ?? From ?? To ?? Since ?? Until) is not null;

    private static DateTime? Day(string? text, TimeZoneInfo zone, int days) =>
        DateTime.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        && day.Year is > 2000 and < 2200
            ? TimeZoneInfo.ConvertTimeToUtc(day.AddDays(days), zone)
            : null;
}
