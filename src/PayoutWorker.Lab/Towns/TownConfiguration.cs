using System.Text.Json;
using System.Text.Json.Nodes;
using PayoutWorker.Lab.Postgres;

namespace PayoutWorker.Lab.Towns;

/// <summary>The configuration file of a town's workers.</summary>
internal static class TownConfiguration
{
    public static string Of(Town town, TownOptions options)
    {
        var root = new JsonObject
        {
            ["Database"] = new JsonObject
            {
                ["ConnectionString"] = town.Server.ConnectionString(town.Database, PostgresRoles.Worker),
            },
            ["Bank"] = new JsonObject
            {
                ["BaseUrl"] = town.Bank.BaseAddress.ToString(),
                ["Environment"] = "demo",
                ["PublicKeys"] = new JsonArray(
                    new JsonObject { ["Id"] = "bank-1", ["File"] = town.Keys.BankPublicFile }
                ),
                ["Projects"] = new JsonArray(
                    Project(town.Keys, Town.Accounts, "account", autoConfirm: false),
                    Project(town.Keys, Town.Cards, "card", autoConfirm: true),
                    Project(town.Keys, Town.CheckedCards, "card", autoConfirm: false, Town.CheckedCardsSender)
                ),
            },
            ["Cards"] = new JsonObject
            {
                ["PrivateKeyFiles"] = new JsonArray(town.Keys.CardsPrivateFile),
                ["BodyHashKeyFile"] = town.Keys.BodyHashFile,
            },
            ["AtRest"] = new JsonObject
            {
                ["KeyFiles"] = new JsonArray(town.Keys.AtRestFile, town.Keys.EndpointAtRestFile),
            },
            ["Timings"] = new JsonObject { ["Scale"] = options.Scale },
            ["Breaker"] = new JsonObject { ["Break"] = "00:00:01" },
            ["Worker"] = new JsonObject
            {
                ["Scheduler"] = "Auto",
                ["MemoryFile"] = Path.Combine(town.Folder, "memory.json"),
            },
        };
        foreach (var project in root["Bank"]!["Projects"]!.AsArray())
            if (options.CallsPerSecond.TryGetValue((string)project!["Name"]!, out var calls))
                project["CallsPerSecond"] = calls;
        if (options.People.Count > 0)
            AddPages(root, town, options.People);
        if (options.Reconciles)
            foreach (var project in root["Bank"]!["Projects"]!.AsArray().Take(2))
                project!["StatementAccounts"] = new JsonArray(Town.Sender);
        foreach (var (path, value) in options.WorkerSettings)
            Set(root, path.Split(':'), JsonSerializer.SerializeToNode(value));
        return root.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    /// <summary>Of the webhook endpoint alone: no key of ours that the bank or the cards know stands in it.</summary>
    public static string OfWebhook(Town town)
    {
        var root = new JsonObject
        {
            ["Database"] = new JsonObject
            {
                ["ConnectionString"] = town.Server.ConnectionString(town.Database, PostgresRoles.Webhook),
            },
            ["Bank"] = new JsonObject
            {
                ["PublicKeys"] = new JsonArray(
                    new JsonObject { ["Id"] = "bank-1", ["File"] = town.Keys.BankPublicFile }
                ),
            },
            ["AtRest"] = new JsonObject { ["KeyFiles"] = new JsonArray(town.Keys.EndpointAtRestFile) },
        };
        return root.ToJsonString();
    }

    private static void AddPages(JsonObject root, Town town, IReadOnlyList<TownPerson> people)
    {
        root["Ops"] = new JsonObject
        {
            ["ConnectionString"] = town.Server.ConnectionString(town.Database, PostgresRoles.Ops),
        };
        var users = new JsonArray();
        foreach (var person in people)
        {
            var (file, role) = person.Write(town.Folder);
            users.Add(
                new JsonObject
                {
                    ["Name"] = person.Name,
                    ["PasswordFile"] = file,
                    ["Role"] = role.ToString(),
                }
            );
        }
        root["Admin"] = new JsonObject { ["Users"] = users };
    }

    private static JsonObject Project(
        TownKeys keys,
        string name,
        string method,
        bool autoConfirm,
        string? sender = null
    )
    {
        var project = new JsonObject
        {
            ["Name"] = name,
            ["PartnerProject"] = "p-" + name,
            ["PrivateKeyFile"] = keys.PartnerPrivateFile,
            ["AutoConfirm"] = autoConfirm,
            ["Methods"] = new JsonArray(method),
        };
        if (sender is not null)
            project["SenderAccounts"] = new JsonArray(sender);
        return project;
    }

    private static void Set(JsonObject owner, ReadOnlySpan<string> path, JsonNode? value)
    {
        if (path.Length == 1)
        {
            owner[path[0]] = value;
            return;
        }
        if (owner[path[0]] is not JsonObject child)
            owner[path[0]] = child = [];
        Set(child, path[1..], value);
    }
}
