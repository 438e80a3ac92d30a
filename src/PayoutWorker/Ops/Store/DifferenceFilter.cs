using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace PayoutWorker.Host.Ops.Store;

/// <summary>What the list of differences is filtered by.</summary>
/// <param name="Owner">A name; <c>-</c> for those that are nobody's.</param>
public sealed record DifferenceFilter(string State, string? Kind, string? Account, string? Owner, long After)
{
    public const string Nobody = "-";

    public static DifferenceFilter Of(IQueryCollection query)
    {
        string? Text(string key) => query[key].ToString().Trim() is { Length: > 0 and <= 100 } text ? text : null;
        return new DifferenceFilter(
            Text("state") == "explained" ? "explained" : "open",
            Text("kind"),
            Text("account"),
            Text("owner"),
            long.TryParse(Text("after"), CultureInfo.InvariantCulture, out var after) ? after : 0
        );
    }

    public string Url(string? kind = null, string? owner = null, string? state = null, long? after = null) =>
        QueryHelpers.AddQueryString(
            "/ops/differences",
            new Dictionary<string, string?>
            {
                ["state"] = (state ?? State) == "explained" ? "explained" : null,
                ["kind"] = kind ?? Kind,
                ["account"] = Account,
                ["owner"] = owner ?? Owner,
                ["after"] = after?.ToString(CultureInfo.InvariantCulture),
            }
                .Where(pair => pair.Value is { Length: > 0 })
                .ToDictionary()
        );

    internal object Parameters() =>
        new
        {
            after = After,
            state = State,
            kind = Kind,
            account = Account,
            owner = Owner == Nobody ? null : Owner,
            nobodys = Owner == Nobody,
        };
}
