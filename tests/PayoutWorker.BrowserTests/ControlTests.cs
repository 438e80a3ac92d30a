using System.Net;
using System.Text.RegularExpressions;
using PayoutWorker.BrowserTests.Support;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.BrowserTests;

/// <summary>Rules, approvals and limits from the pages. No browser is needed for these.</summary>
internal sealed partial class ControlTests : PagesTest
{
    [Test]
    public async Task A_rule_is_set_an_order_approved_as_it_was_shown_and_two_people_end_the_rule()
    {
        using var olga = await VisitorAsync(Operator);
        using var semyon = await VisitorAsync(Second);
        using var vera = await VisitorAsync(Viewer);
        const string Controls = "/ops/controls";
        var set = await olga.PostAsync(
            "/ops/controls/rule",
            Controls,
            ("amount", "5000"),
            ("currency", "RUB"),
            ("reason", "as the board decided")
        );
        Assert.That(set.Status, Is.EqualTo(HttpStatusCode.SeeOther), set.Page);
        Assert.That(
            (await vera.GetAsync(Controls)).Page,
            Does.Contain("as the board decided").And.Not.Contain("<form method=\"post\" action=\"/ops/controls")
        );

        var key = await OrderAsync(amount: 500000);
        var account = await ScalarAsync<string>(
            "SELECT recipient_account FROM payouts.outbox WHERE erp_key = @key",
            new { key }
        );
        var id = await IdAsync(key);
        Assert.That((await vera.GetAsync("/ops/approvals")).Page, Does.Contain(key).And.Not.Contain(account));
        var page = (await semyon.GetAsync($"/ops/approvals/{id}")).Page;
        Assert.That(page, Does.Contain(account).And.Contain("Fee. VAT exempt").And.Contain("044525974"));
        var hash = Hash().Match(page).Groups[1].Value;

        var unseen = await semyon.PostAsync(
            $"/ops/approvals/{id}",
            Controls,
            ("hash", new string('0', 64)),
            ("reason", "why")
        );
        Assert.That((unseen.Status, unseen.Page.Contains("PW050")), Is.EqualTo((HttpStatusCode.Conflict, true)));
        var silent = await semyon.PostAsync($"/ops/approvals/{id}", Controls, ("hash", hash), ("reason", " "));
        Assert.That(silent.Status, Is.EqualTo(HttpStatusCode.BadRequest));
        var done = await semyon.PostAsync(
            $"/ops/approvals/{id}",
            Controls,
            ("hash", hash),
            ("reason", "seen the invoice")
        );
        Assert.That(done.Status, Is.EqualTo(HttpStatusCode.SeeOther), done.Page);
        await UntilAsync(key, "paid");

        var rule = await ScalarAsync<string>("SELECT max(id)::text FROM payouts.approval_rule");
        foreach (var person in new[] { olga, olga, semyon })
        {
            Assert.That(
                await ScalarAsync<long>("SELECT count(*) FROM payouts.approval_rule WHERE ended_at IS NULL"),
                Is.EqualTo(1)
            );
            await person.PostAsync("/ops/controls/end-rule", Controls, ("id", rule), ("reason", "too strict"));
        }
        Assert.That(
            await ScalarAsync<string>("SELECT end_asked_by || ' ' || ended_by FROM payouts.approval_rule"),
            Is.EqualTo("olga semyon")
        );
    }

    [Test]
    public async Task A_register_is_approved_as_a_whole_and_a_viewer_approves_nothing()
    {
        await ScalarAsync<long>(
            """
            INSERT INTO payouts.outbox (erp_key, method, amount, register_id, not_before)
            SELECT 'R-' || n, 'account', n, 'R', now() + interval '1 day' FROM generate_series(1, 3) AS n;
            INSERT INTO payouts.approval (payout_id, rule_id, content_hash)
            SELECT id, 1, payouts.content_hash(o) FROM payouts.outbox AS o WHERE register_id = 'R';
            UPDATE payouts.work SET approval = 'awaited' WHERE id IN (SELECT payout_id FROM payouts.approval WHERE approved_at IS NULL)
            """
        );
        using var olga = await VisitorAsync(Operator);
        using var vera = await VisitorAsync(Viewer);
        const string List = "/ops/approvals";
        var hash = Hash().Match((await olga.GetAsync(List)).Page).Groups[1].Value;
        (string, string)[] form =
        [
            ("register", "R"),
            ("currency", "RUB"),
            ("hash", hash),
            ("reason", "seen the register"),
        ];
        var refused = await vera.PostAsync("/ops/approvals/register", List, form);
        Assert.That(refused.Status, Is.Not.EqualTo(HttpStatusCode.OK));
        Assert.That(
            await ScalarAsync<long>("SELECT count(*) FROM payouts.approvals WHERE register_id = 'R'"),
            Is.EqualTo(3)
        );
        var done = await olga.PostAsync("/ops/approvals/register", List, form);
        Assert.That(done.Page, Does.Contain("3 payouts are approved, 0 are not"));
    }

    [Test]
    public async Task What_is_no_amount_sets_no_limit()
    {
        using var olga = await VisitorAsync(Operator);
        const string Controls = "/ops/controls";
        foreach (var amount in new[] { "much", "" })
        {
            var answer = await olga.PostAsync(
                "/ops/controls/limit",
                Controls,
                ("scope", "minute"),
                ("amount", amount),
                ("reason", "why")
            );
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.BadRequest));
        }
        var set = await olga.PostAsync(
            "/ops/controls/limit",
            Controls,
            ("scope", "payout"),
            ("method", "card"),
            ("amount", "1 000,50"),
            ("reason", "cards are small")
        );
        Assert.That(set.Status, Is.EqualTo(HttpStatusCode.SeeOther), set.Page);
        Assert.That(
            (await olga.GetAsync(Controls)).Page,
            Does.Contain("in one payout, cards").And.Contain("cards are small")
        );
        Assert.That(await ScalarAsync<long>("SELECT max_amount FROM payouts.money_limit"), Is.EqualTo(100050));
    }

    private async Task<PagesVisitor> VisitorAsync(TownPerson person)
    {
        var visitor = new PagesVisitor(Admin);
        Assert.That(await visitor.SignInAsync(person.Name, person.Password), Is.EqualTo(HttpStatusCode.SeeOther));
        return visitor;
    }

    [GeneratedRegex("name=\"hash\" value=\"([0-9a-f]{64})\"")]
    private static partial Regex Hash();
}
