using System.Text;
using System.Text.RegularExpressions;
using Bank131.Simulator;
using Dapper;
using Npgsql;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.IntegrationTests.Leaks;

/// <summary>The ways that a card number, or a name, takes through the program.</summary>
internal sealed partial class LeakPaths(Town town, TownWorker worker)
{
    private const string Name = "Жмеринкин Quentin Аполлинариевич";
    private const string Inn = "771234567895";
    private const string Purpose = "Zubrovka royalties under contract 9917";
    private const string Metadata = "Kuzminki-branch-7741";

    private readonly List<string> _cards = [];
    private readonly List<string> _accounts = [];
    private readonly List<(string Key, string[] States)> _orders = [];

    public IReadOnlyList<string> Cards => _cards;

    /// <summary>What must stand in no log.</summary>
    public IReadOnlyList<string> Personal =>
        [.. _cards, .. _accounts, "Жмеринкин", "Quentin", "Аполлинариевич", Inn, "Zubrovka", "9917", Metadata];

    public async Task<IReadOnlyList<(string Key, string[] States)>> OrderAllAsync()
    {
        await CardAsync(_ => null, "paid");
        await CardAsync(_ => null, "paid", Town.CheckedCardsSender);
        await CardAsync(c => new(c) { Outcome = Outcome.RefuseStart, Code = "card_number_does_not_exist" }, "failed");
        await CardAsync(c => new(c) { Outcome = Outcome.RefuseStart, Code = $"bad_card_{c}" }, "held initiating");
        await CardAsync(c => new(c) { Outcome = Outcome.FailCheck }, "failed");
        await CardAsync(
            c =>
                new(c)
                {
                    Outcome = Outcome.Error,
                    ErrorShowsFailed = true,
                    Code = $"{c}",
                },
            "started"
        );
        await CardAsync(c => Mismatching(c, MismatchField.Amount), "held", Town.CheckedCardsSender);
        await CardAsync(c => Mismatching(c, MismatchField.Account), "held", Town.CheckedCardsSender);
        await CardAsync(c => Failing(c, CallFaultKind.Garbage, c), "paid");
        await CardAsync(c => Failing(c, CallFaultKind.ErrorAfter, Spaced(c)), "paid");
        await CardAsync(c => Failing(c, CallFaultKind.ErrorBefore, $"card {c} is unknown"), "held");
        await CardAsync(
            c =>
                new(c)
                {
                    Faults =
                    [
                        new CallFault(CallFaultKind.ErrorBefore, BankStep.Init)
                        {
                            HttpStatus = 400,
                            Text = $"card {Spaced(c)}",
                        },
                    ],
                },
            "held initiating"
        );
        await CardAsync(
            c =>
                new(c)
                {
                    Faults = [new CallFault(CallFaultKind.AnswerLost, BankStep.Init)],
                    WebhookFaults = [new WebhookFault(WebhookFaultKind.Lost)],
                },
            "held"
        );
        await CardAsync(
            c =>
                new(c)
                {
                    Faults =
                    [
                        new CallFault(CallFaultKind.Redirect, BankStep.Init) { Location = $"/elsewhere?card={c}" },
                    ],
                },
            "held initiating"
        );
        await BadSealsAsync();
        await ClearNumbersAsync();
        await CancelledAsync();
        await AccountsAsync();
        return _orders;
    }

    /// <summary>Webhooks that say the number in clear: signed by the bank, and by nobody.</summary>
    public async Task PostWebhooksAsync()
    {
        var card = Next();
        foreach (
            var body in new[]
            {
                $$"""{"type":"paid_{{card}}","card":"{{card}}"}""",
                $$$"""{"type":"card","session":{"id":"ps_none","error":{"code":"c{{{card}}}","description":"{{{Spaced(card)}}}"} }}""",
                $"not json {card} {Name}",
            }
        )
        foreach (var isSigned in new[] { true, false })
        {
            var bytes = Encoding.UTF8.GetBytes(body);
            using var http = new HttpClient();
            using var content = new ByteArrayContent(bytes);
            content.Headers.Add("X-PARTNER-SIGN", isSigned ? town.Keys.SignAsBank(bytes) : card);
            using var response = await http.PostAsync(new Uri(worker.Webhook, "webhooks/bank131"), content);
            Assert.That(response.IsSuccessStatusCode, Is.EqualTo(isSigned));
        }
    }

    /// <summary>An operator searches by what is personal, and looks at a payout and a webhook in full.</summary>
    public async Task LookAtPagesAsync(TownPerson person)
    {
        using var pages = new PagesVisitor(worker.Admin);
        await pages.SignInAsync(person.Name, person.Password);
        var (id, webhook) = await PaidAsync();
        foreach (var (field, value) in new[] { ("payee", "Quentin"), ("account", _accounts[0]), ("q", _accounts[0]) })
        {
            var (_, list) = await pages.FollowAsync("/ops/payouts", "/ops/payouts", (field, value));
            Assert.That(list, Does.Contain("L-account-0"), field);
        }
        var (_, masked) = await pages.GetAsync($"/ops/payouts/{id}");
        var (_, shown) = await pages.PostAsync($"/ops/payouts/{id}/show", "/ops/switches");
        var (_, raw) = await pages.PostAsync($"/ops/payouts/{id}/webhooks/{webhook}", "/ops/switches");
        Assert.That(masked, Does.Not.Contain("Quentin").And.Not.Contain("Zubrovka").And.Not.Contain(_accounts[0][5..]));
        Assert.That(shown, Does.Contain("Quentin").And.Contain("Zubrovka"));
        Assert.That(raw, Does.Contain("session").And.Not.Contain("cannot be decrypted"));
    }

    private static PayoutScript Mismatching(string card, MismatchField field) =>
        new(card) { Mismatches = [new Mismatch(field)] };

    private static PayoutScript Failing(string card, CallFaultKind kind, string text) =>
        new(card) { Faults = [new CallFault(kind, BankStep.Init) { Text = text }] };

    private static string Spaced(string card) => Groups().Replace(card, "$0 ").Trim();

    private string Next()
    {
        var card = Canary.Card(_cards.Count);
        _cards.Add(card);
        return card;
    }

    private async Task CardAsync(Func<string, PayoutScript?> script, string states, string? sender = null)
    {
        var card = Next();
        if (script(card) is { } known)
            town.Bank.Script(known);
        await InsertCardAsync($"L-card-{_cards.Count}", card, sender, states.Split(' '));
    }

    private async Task InsertCardAsync(
        string key,
        string card,
        string? sender,
        string[] states,
        byte[]? sealedCard = null,
        string notBefore = "0"
    )
    {
        await using var connection = await town.Erp.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            INSERT INTO payouts.outbox (erp_key, method, amount, sender_account, recipient_name, sealed_card, card_last4, not_before)
            VALUES (@key, 'card', 10000, @sender, @name, @sealedCard, @last4, now() + @notBefore::interval)
            """,
            new
            {
                key,
                sender,
                name = Name,
                sealedCard = sealedCard ?? town.Keys.Seal(card, key),
                last4 = card[^4..],
                notBefore,
            }
        );
        _orders.Add((key, states));
    }

    private async Task BadSealsAsync()
    {
        var card = Next();
        await InsertCardAsync("L-swapped", card, null, ["rejected"], town.Keys.Seal(card, "L-another"));
        await InsertCardAsync("L-spaced", card, null, ["rejected"], town.Keys.Seal(Spaced(card), "L-spaced"));
        await InsertCardAsync("L-long", card, null, ["rejected"], town.Keys.Seal(card + card, "L-long"));
        // Digits in clear, filled up to the length of a sealed number.
        var filled = Encoding.ASCII.GetBytes("no seal at all".PadRight(256, '.'));
        await InsertCardAsync("L-filled", card, null, ["rejected"], filled);
    }

    // What the constraint would quote in the server's log, had the trigger not been before it.
    private async Task ClearNumbersAsync()
    {
        var card = Next();
        await RefusedAsync("recipient_account", card);
        await RefusedAsync("card_last4", card);
        await RefusedAsync("sealed_card", Encoding.ASCII.GetBytes(card));
    }

    private async Task RefusedAsync(string column, object value)
    {
        await using var connection = await town.Erp.OpenConnectionAsync();
        var sql =
            $"INSERT INTO payouts.outbox (erp_key, method, amount, {column}) VALUES ('L-clear', 'card', 100, @value)";
        var refusal = Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(sql, new { value }));
        Assert.That(refusal!.ToString(), Does.Not.Contain(_cards[^1]));
    }

    private async Task CancelledAsync()
    {
        await InsertCardAsync("L-cancelled", Next(), null, ["cancelled"], notBefore: "1 day");
        await using var connection = await town.Erp.OpenConnectionAsync();
        await connection.ExecuteAsync("SELECT payouts.request_cancel('L-cancelled', 'not wanted')");
    }

    private async Task AccountsAsync()
    {
        await AccountAsync(_ => null, "paid");
        await AccountAsync(a => new(a) { Mismatches = [new Mismatch(MismatchField.Inn)] }, "held");
        await AccountAsync(a => new(a) { Outcome = Outcome.FailAfterConfirm }, "failed");
        await AccountAsync(a => new(a) { Outcome = Outcome.RefuseStart, Code = "account_not_found" }, "failed");
        await AccountAsync(
            a => new(a) { Faults = [new CallFault(CallFaultKind.Garbage, BankStep.Confirm) { Text = a }] },
            "paid"
        );
        await AccountAsync(_ => null, "rejected", bik: "1");
    }

    private async Task AccountAsync(Func<string, PayoutScript?> script, string states, string bik = "044525974")
    {
        var account = $"4081781049931{_accounts.Count:0000000}";
        var key = $"L-account-{_accounts.Count}";
        _accounts.Add(account);
        if (script(account) is { } known)
            town.Bank.Script(known);
        await using var connection = await town.Erp.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            INSERT INTO payouts.outbox (erp_key, method, amount, sender_account, recipient_name, recipient_account,
                                        recipient_bik, recipient_inn, purpose, metadata)
            VALUES (@key, 'account', 350000, @sender, @name, @account, @bik, @inn, @purpose, @metadata::jsonb)
            """,
            new
            {
                key,
                sender = Town.Sender,
                name = Name,
                account,
                bik,
                inn = Inn,
                purpose = Purpose,
                metadata = $$"""{"branch":"{{Metadata}}"}""",
            }
        );
        _orders.Add((key, states.Split(' ')));
    }

    private async Task<(long Id, long Webhook)> PaidAsync()
    {
        await using var connection = await town.Admin.OpenConnectionAsync();
        return await connection.QuerySingleAsync<(long, long)>(
            """
            SELECT o.id, min(h.id) FROM payouts.outbox AS o JOIN payouts.webhook AS h ON h.payout_id = o.id
            WHERE o.erp_key = 'L-account-0' GROUP BY o.id
            """
        );
    }

    [GeneratedRegex("[0-9]{4}")]
    private static partial Regex Groups();
}
