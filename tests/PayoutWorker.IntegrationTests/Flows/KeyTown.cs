using System.Text.Json.Nodes;
using PayoutWorker.IntegrationTests.Support;
using PayoutWorker.Lab.Processes;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.IntegrationTests.Flows;

/// <summary>A town whose worker's keys change while it runs: the file of its configuration is edited, as a person does.</summary>
internal abstract class KeyTown : TownFixture
{
    protected const string Old = "2026-01";
    protected const string New = "2026-12";

    protected override TownOptions Options =>
        base.Options with
        {
            HasNextKeys = true,
            WorkerSettings = new Dictionary<string, object> { ["Keys:ReadEvery"] = "100 ms" },
        };

    /// <summary>Names our next key beside the old one, for all projects, and waits until it signs.</summary>
    protected async Task AddOurNextKeyAsync()
    {
        var (next, _) = Town.Keys.WriteNext();
        await EditAsync(root =>
        {
            foreach (var project in root["Bank"]!["Projects"]!.AsArray())
            {
                project!.AsObject().Remove("PrivateKeyFile");
                project["PrivateKeys"] = new JsonArray(
                    Key(Old, Town.Keys.PartnerPrivateFile),
                    Key(New, next, "2026-01-02")
                );
            }
        });
        await WaitForKeyAsync(Town.Accounts, New, "signs");
        await WaitForKeyAsync(Town.Cards, New, "signs");
    }

    /// <summary>Names the bank's next key beside the old one, and waits until it verifies.</summary>
    protected async Task AddBanksNextKeyAsync()
    {
        var (_, next) = Town.Keys.WriteNext();
        await EditAsync(root => root["Bank"]!["PublicKeys"]!.AsArray().Add(Key(New, next)));
        await WaitForKeyAsync("bank", New, "verifies");
    }

    /// <summary>Waits until health shows a key in this state.</summary>
    protected Task WaitForKeyAsync(string use, string id, string state) =>
        Poll.UntilAsync(
            $"key {id} of {use} to be '{state}'",
            async token =>
                (await HealthAsync(token))["keys"]!
                    .AsArray()
                    .Any(key =>
                        (string?)key!["use"] == use && (string?)key["id"] == id && (string?)key["state"] == state
                    ),
            Patience,
            CancellationToken.None
        );

    protected async Task<JsonObject> HealthAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(Worker.Admin, "health/ready"), cancellationToken);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken))!.AsObject();
    }

    private async Task EditAsync(Action<JsonObject> edit)
    {
        var root = JsonNode.Parse(await File.ReadAllTextAsync(Town.WorkerFile))!.AsObject();
        edit(root);
        await File.WriteAllTextAsync(Town.WorkerFile, root.ToJsonString());
    }

    private static JsonObject Key(string id, string file, string? from = null)
    {
        var key = new JsonObject { ["Id"] = id, ["File"] = file };
        if (from is not null)
            key["ValidFrom"] = from;
        return key;
    }
}
