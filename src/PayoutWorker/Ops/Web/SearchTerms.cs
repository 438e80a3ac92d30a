using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using PayoutWorker.Host.Ops.Store;

namespace PayoutWorker.Host.Ops.Web;

/// <summary>
/// What a search says of people, sealed for the address of its list: addresses stand in the logs of proxies and in the
/// history of browsers.
/// </summary>
internal sealed class SearchTerms(IDataProtectionProvider protection)
{
    public const string Field = "terms";

    private readonly IDataProtector _protector = protection.CreateProtector("search terms");

    /// <summary>The same filter, fit for an address.</summary>
    public Filter Seal(Filter filter) =>
        filter.Personal.Count == 0
            ? filter with
            {
                Token = null,
            }
            : filter with
            {
                Token = _protector.Protect(JsonSerializer.Serialize(filter.Personal)),
            };

    /// <summary>Reads a filter from an address.</summary>
    public Filter Open(IQueryCollection query)
    {
        var filter = Filter.Of(query);
        if (query[Field] is not [{ Length: > 0 } token])
            return filter;
        try
        {
            var terms = JsonSerializer.Deserialize<Dictionary<string, string?>>(_protector.Unprotect(token))!;
            return filter.With(terms) with { Token = token };
        }
        catch (Exception e) when (e is CryptographicException or JsonException)
        {
            // Without its terms the list would be a longer one than was looked at.
            return filter with { IsBroken = true };
        }
    }
}
