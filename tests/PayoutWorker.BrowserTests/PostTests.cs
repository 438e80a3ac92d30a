using System.Net;
using System.Text.RegularExpressions;
using Npgsql;
using PayoutWorker.BrowserTests.Support;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Host.Ops.Store;
using PayoutWorker.Host.Run;
using PayoutWorker.Lab.Postgres;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.BrowserTests;

/// <summary>What becomes of a post that comes late, or with another payout's number. No browser is needed for these.</summary>
internal sealed partial class PostTests : PagesTest
{
    [Test]
    public async Task What_came_into_its_state_after_the_look_at_a_list_is_left_alone()
    {
        var seen = await OrderAsync(notBefore: "1 day", amount: 888800);
        var back = await OrderAsync(notBefore: "1 day", amount: 888800);
        const string List = "/ops/bulk/hold?state=new&from=8888&to=8888";
        using var olga = await VisitorAsync();
        var (_, page) = await olga.GetAsync(List);
        var fields = Hidden().Matches(page).Select(m => (m.Groups[1].Value, WebUtility.HtmlDecode(m.Groups[2].Value)));
        // It was elsewhere meanwhile and is new again: as many as before, but not what was looked at.
        await ScalarAsync<long>(
            "UPDATE payouts.work SET state_since = clock_timestamp() WHERE id = @id RETURNING id",
            new { id = await IdAsync(back) }
        );

        var (status, done) = await olga.PostAsync(List, List, [.. fields, ("reason", "asked by the branch")]);

        Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(done, Does.Contain("1 asked"));
        await UntilAsync(seen, "held");
        Assert.That(await StateAsync(back), Is.EqualTo("new"));
    }

    [Test]
    public async Task A_list_that_nobody_says_when_was_looked_at_is_left_alone()
    {
        var key = await OrderAsync(notBefore: "1 day", amount: 999900);
        const string List = "/ops/bulk/hold?state=new&from=9999&to=9999";
        using var olga = await VisitorAsync();
        var newest = $"{await IdAsync(key)}";
        var answer = await olga.PostAsync(List, List, ("shown", "1"), ("newest", newest), ("reason", "why"));
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(
            await ScalarAsync<bool>("SELECT hold FROM payouts.work WHERE id = @id", new { id = await IdAsync(key) }),
            Is.False
        );
    }

    [Test]
    public async Task A_webhook_is_shown_as_that_of_its_own_payout_alone()
    {
        var (paid, other) = (await OrderAsync(), await OrderAsync(notBefore: "1 day"));
        await UntilAsync(paid, "paid");
        var (id, otherId) = (await IdAsync(paid), await IdAsync(other));
        var webhook = await ScalarAsync<long>("SELECT min(id) FROM payouts.webhook WHERE payout_id = @id", new { id });
        using var olga = await VisitorAsync();

        var wrong = await olga.PostAsync($"/ops/payouts/{otherId}/webhooks/{webhook}", "/ops/switches");
        var right = await olga.PostAsync($"/ops/payouts/{id}/webhooks/{webhook}", "/ops/switches");

        Assert.That((wrong.Status, right.Status), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.OK)));
        Assert.That(
            await ScalarAsync<long>(
                "SELECT count(*) FROM payouts.event WHERE payout_id IN (@id, @otherId) AND why LIKE 'looked at webhook%'",
                new { id, otherId }
            ),
            Is.EqualTo(1),
            "the wrong one left no trace, since nothing was shown"
        );
    }

    [Test]
    public async Task An_operator_acts_while_searches_hold_every_connection_for_reading()
    {
        var settings = new OpsSettings
        {
            ConnectionString = Town.Server.ConnectionString(Town.Database, PostgresRoles.Ops) + ";Timeout=1",
        };
        var reads = DataSources.Ops(settings, "test");
        await using var database = new OpsDatabase(reads, DataSources.OpsActions(settings, "test"));
        List<NpgsqlConnection> searches = [];
        try
        {
            for (var i = 0; i < new NpgsqlConnectionStringBuilder(reads.ConnectionString).MaxPoolSize; i++)
                searches.Add(await reads.OpenConnectionAsync());
            await database.ActAsync<long>(
                "olga",
                "SELECT payouts.stop('project', 'nobodys', 'why')",
                null,
                CancellationToken.None
            );
        }
        finally
        {
            foreach (var search in searches)
                await search.DisposeAsync();
        }
        Assert.That(
            await ScalarAsync<string>("SELECT stopped_by FROM payouts.switch WHERE value = 'nobodys'"),
            Is.EqualTo("olga")
        );
    }

    private async Task<PagesVisitor> VisitorAsync()
    {
        var visitor = new PagesVisitor(Admin);
        Assert.That(await visitor.SignInAsync(Operator.Name, Operator.Password), Is.EqualTo(HttpStatusCode.SeeOther));
        return visitor;
    }

    [GeneratedRegex("name=\"(shown|newest|seen)\" value=\"([^\"]+)\"")]
    private static partial Regex Hidden();
}
