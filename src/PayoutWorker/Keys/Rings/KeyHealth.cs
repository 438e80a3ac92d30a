using System.Globalization;
using System.Text.Json.Nodes;

namespace PayoutWorker.Host.Keys.Rings;

/// <summary>The keys in the answer of <c>/health/ready</c>: ids and times, nothing of the keys.</summary>
internal static class KeyHealth
{
    public static void Add(JsonObject answer, List<string> problems, KeyRings rings)
    {
        problems.AddRange(rings.Without().Select(use => $"no key of '{use}' is valid now"));
        var keys = new JsonArray();
        foreach (var key in rings.States())
            keys.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["use"] = key.Use,
                        ["id"] = key.Id,
                        ["state"] = key.State,
                        ["valid_to"] = key.ValidTo?.ToString("u", CultureInfo.InvariantCulture),
                    }
            );
        answer["keys"] = keys;
        // Not a problem: the keys known before stay in use.
        answer["keys_not_read"] = rings.Problems.Count;
    }
}
