using System.Globalization;
using Bank131.Simulator;
using Dapper;
using PayoutWorker.IntegrationTests.Support;
using PayoutWorker.Lab.Processes;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.IntegrationTests.Reconciling;

/// <summary>
/// The shipped worker against the simulator's statements: planted differences are all found and nothing else, what the
/// statement proves is settled, and a second look changes nothing.
/// </summary>
internal sealed class ReconcileTests : TownFixture
{
    private const long Fee = 3500;

    // Noon of the bank's day, so that no midnight comes between.
    private static readonly TimeSpan BankTime = TimeSpan.FromHours(12 - TimeProvider.System.GetUtcNow().Hour);
    private static readonly DateOnly Today = DateOnly.FromDateTime(
        TimeProvider.System.GetUtcNow().UtcDateTime + BankTime
    );
    private static readonly DateOnly Yesterday = Today.AddDays(-1);

    private readonly Dictionary<string, string> _keys = [];
    private IReadOnlyList<Row> _found = [];

    protected override TownOptions Options =>
        new()
        {
            Scale = 0.05,
            Reconciles = true,
            BankStatements = new StatementPolicies { Fee = Fee, BankTime = BankTime },
            WorkerSettings = new Dictionary<string, object>
            {
                ["Reconciliation:BankTime"] = BankTime.ToString("c", CultureInfo.InvariantCulture),
                ["Timings:InitWait"] = "20 s",
            },
        };

    /// <summary>A day of payouts, made yesterday's afterwards: days do not pass in a test. Then it is compared.</summary>
    [OneTimeSetUp]
    public async Task CompareYesterdayAsync()
    {
        var (missing, other, shifted, doubled) = (NewAccount(), NewAccount(), NewAccount(), NewAccount());
        await Task.WhenAll(
            PayAsync("plain", NewAccount(), "paid"),
            PayTwiceAsync("twin", NewAccount()),
            PayAsync("missing", missing, "paid"),
            PayAsync("other", other, "paid"),
            PayAsync("shifted", shifted, "paid"),
            PayAsync("doubled", doubled, "paid"),
            FailAsync(),
            ReturnAsync("returned", told: true),
            ReturnAsync("lost", told: false),
            LateAsync(),
            LoseCardAsync()
        );
        await AgeAsync();
        Town.Bank.Script(new StatementFault(StatementFaultKind.OtherDay) { Days = -1 });
        Town.Bank.Script(new StatementFault(StatementFaultKind.ExtraLine) { Account = Town.Sender, Amount = 7700 });
        Town.Bank.Script(
            new StatementFault(StatementFaultKind.ExtraLine)
            {
                Account = Town.Sender,
                Amount = 123,
                Credit = true,
            }
        );
        Town.Bank.Script(new StatementFault(StatementFaultKind.MissingLine, missing));
        Town.Bank.Script(new StatementFault(StatementFaultKind.OtherAmount, other) { Amount = 100 });
        Town.Bank.Script(new StatementFault(StatementFaultKind.DoubledLine, doubled));
        Town.Bank.Script(new StatementFault(StatementFaultKind.OtherDay, shifted) { Days = 1 });
        await CompareAsync(Yesterday);
        _found = await DifferencesAsync();
    }

    [Test]
    [Order(1)]
    public void What_was_planted_is_found_and_nothing_else() =>
        Assert.That(
            _found.Select(d => (d.Kind, d.ErpKey, d.There, d.Here, d.State)),
            Is.EquivalentTo(
                new[]
                {
                    ("not_there", _keys["missing"], (long?)0, (long?)350000, "open"),
                    ("amount_differs", _keys["other"], 350100, 350000, "open"),
                    ("not_there", _keys["shifted"], 0, 350000, "open"),
                    ("paid_twice", _keys["doubled"], 350000, 350000, "open"),
                    ("not_here", (string?)null, 7700, null, "open"),
                    ("credit_unknown", null, 123, null, "open"),
                }
            )
        );

    [Test]
    [Order(1)]
    public async Task An_unknown_card_outcome_is_settled_by_the_statement()
    {
        var key = _keys["card"];
        Assert.That(await StatusAsync(key), Has.Property("State").EqualTo("paid").And.Property("MayPayAgain").False);
        Assert.That(
            (await HistoryAsync(key))[^1],
            Does.Contain("held to paid").And.Contains($"statement of {Yesterday:yyyy-MM-dd}")
        );
    }

    [Test]
    [Order(1)]
    public async Task A_late_success_and_a_return_whose_webhooks_were_lost_are_found_and_told()
    {
        Assert.That((await StatusAsync(_keys["late"])).State, Is.EqualTo("paid"));
        Assert.That(
            await ScalarAsync<long>(
                "SELECT count(*) FROM payouts.alarm WHERE kind = 'late_success' AND subject = @key",
                new { key = _keys["late"] }
            ),
            Is.EqualTo(1)
        );
        var lost = await StatusAsync(_keys["lost"]);
        Assert.That((lost.State, lost.ReturnedAmount), Is.EqualTo(("returned", 350000L)));
    }

    [Test]
    [Order(1)]
    public async Task Returns_are_not_asked_about_where_the_statement_tells() =>
        Assert.That(await ScalarAsync<long>("SELECT count(*) FROM payouts.return_watch"), Is.Zero);

    [Test]
    [Order(1)]
    public async Task The_sums_of_the_day_are_those_of_the_bank_s_ledger()
    {
        await using var connection = await Town.Erp.OpenConnectionAsync();
        var day = await connection.QuerySingleAsync<Sums>(
            """
            SELECT payouts, paid, fees, returned, other_debits AS OtherDebits, other_credits AS OtherCredits,
                   debit, adds_up AS AddsUp, closed
            FROM payouts.daily_books WHERE day = @day
            """,
            new { day = Yesterday }
        );
        // The missing payment and the one of another day are not there, the doubled one twice, another 1 ruble more.
        var ledger = Town.Bank.Ledger.All();
        var paid = ledger.Sum(entry => entry.Amount) - 2 * 350000 + 350000 + 100;
        var fees = ledger.Count(entry => entry.Bik is not null) * Fee;
        Assert.That(
            day,
            Is.EqualTo(new Sums(ledger.Count - 1, paid, fees, 700000, 7700, 123, paid + fees + 7700, true, true))
        );
    }

    [Test]
    [Order(2)]
    public async Task A_second_look_at_the_same_day_changes_nothing()
    {
        var before = await ShownAsync();
        await CompareAsync(Yesterday);
        Assert.That(await ShownAsync(), Is.EqualTo(before));
    }

    [Test]
    [Order(3)]
    public async Task What_the_next_day_s_statement_shows_is_explained_by_itself()
    {
        await CompareAsync(Today);
        var all = await DifferencesAsync();
        var shifted = all.Single(d => d.ErpKey == _keys["shifted"]);
        Assert.That((shifted.State, shifted.Why), Is.EqualTo(("explained", "stands in another statement")));
        Assert.That(all, Has.Count.EqualTo(_found.Count), "the next day has no difference of its own");
    }

    [Test]
    [Order(4)]
    public async Task A_person_explains_a_difference_and_it_stays_explained()
    {
        var extra = (await DifferencesAsync()).Single(d => d.Kind == "not_here");
        await ScalarAsync<string>("SELECT payouts.own_difference(@id, 'accountant')", new { extra.Id });
        await ScalarAsync<string>("SELECT payouts.explain_difference(@id, 'account keeping')", new { extra.Id });
        await CompareAsync(Yesterday);
        Assert.That(
            (await DifferencesAsync()).Single(d => d.Kind == "not_here"),
            Has.Property("State").EqualTo("explained").And.Property("Why").EqualTo("account keeping")
        );
        using var http = new HttpClient { BaseAddress = Worker.Admin };
        Assert.That(
            await http.GetStringAsync(new Uri("metrics", UriKind.Relative)),
            Does.Contain("payouts_differences_open{kind=\"not_there\"} 1")
        );
    }

    [Test]
    [Order(5)]
    public async Task The_verb_has_a_day_compared_and_shows_what_is_open()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "PayoutWorker.dll");
        string[] arguments =
        [
            program,
            "reconcile",
            "--config",
            Path.Combine(Town.Folder, "worker.json"),
            "--account",
            Town.Sender,
            "--day",
            Yesterday.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ];
        var result = await ChildProcess.RunAsync(new ChildProcessOptions("dotnet", arguments), CancellationToken.None);
        var open = (await DifferencesAsync()).Where(d => d.State == "open").Select(d => d.Kind).ToArray();
        Assert.That((result.ExitCode, open), Is.EqualTo((1, open)), string.Join('\n', result.Output));
        Assert.That(result.Output[0], Does.EndWith($"{open.Length} open differences"));
        Assert.That(
            result
                .Output.Skip(1)
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1].TrimEnd(':')),
            Is.EqualTo(open)
        );
    }

    private async Task PayAsync(string name, string account, string state)
    {
        _keys[name] = await OrderAsync(account);
        await WaitForAsync(_keys[name], state);
    }

    private async Task PayTwiceAsync(string name, string account)
    {
        await PayAsync(name, account, "paid");
        await using var connection = await Town.Erp.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            INSERT INTO payouts.outbox (erp_key, method, amount, sender_account, recipient_name, recipient_account,
                                        recipient_bik, purpose)
            VALUES ('T-twin', 'account', 350000, @sender, 'Petrov Petr', @account, '044525974', 'Fee. VAT exempt')
            """,
            new { sender = Town.Sender, account }
        );
        await WaitForAsync("T-twin", "paid");
    }

    private Task FailAsync()
    {
        var account = NewAccount();
        Town.Bank.Script(new PayoutScript(account) { Outcome = Outcome.FailAfterConfirm });
        return PayAsync("failed", account, "failed");
    }

    private async Task ReturnAsync(string name, bool told)
    {
        var account = NewAccount();
        Town.Bank.Script(
            new PayoutScript(account)
            {
                Returns = [new ReturnScript(TimeSpan.FromSeconds(40))],
                WebhookFaults = told ? [] : [Lost("payment_refunded")],
            }
        );
        await PayAsync(name, account, told ? "returned" : "paid");
        await Town.Bank.Events.WaitForAsync(
            e => e.Kind == BankEventKind.Refunded && e.Payee == account,
            Patience,
            default
        );
    }

    private async Task LateAsync()
    {
        var account = NewAccount();
        Town.Bank.Script(
            new PayoutScript(account)
            {
                Outcome = Outcome.FailAfterConfirm,
                LateSuccessAfter = TimeSpan.FromSeconds(60),
                WebhookFaults = [Lost("payment_finished") with { Skip = 1 }],
            }
        );
        await PayAsync("late", account, "failed");
        await SettledAsync(account);
    }

    private async Task LoseCardAsync()
    {
        var card = NewCard();
        Town.Bank.Script(
            new PayoutScript(card)
            {
                Faults = [new CallFault(CallFaultKind.AnswerLost, BankStep.Init)],
                WebhookFaults = [Lost("payment_finished")],
            }
        );
        _keys["card"] = await OrderCardAsync(card);
        await SettledAsync(card);
        await WaitForAsync(_keys["card"], "held");
    }

    private Task SettledAsync(string payee) =>
        Town.Bank.Events.WaitForAsync(e => e.Kind == BankEventKind.Settled && e.Payee == payee, Patience, default);

    private static WebhookFault Lost(string type) => new(WebhookFaultKind.Lost, type) { Times = 1000 };

    // The history's guard is put aside for this: nobody else can change what stands there.
    private Task AgeAsync() =>
        ScalarAsync<int>(
            """
            SET session_replication_role = replica;
            UPDATE payouts.event SET at = at - interval '1 day';
            UPDATE payouts.bank_call SET intended_at = intended_at - interval '1 day';
            RESET session_replication_role;
            """
        );

    private async Task CompareAsync(DateOnly day)
    {
        var asked = new { account = Town.Sender, day };
        await ScalarAsync<string>("SELECT payouts.request_reconcile(@account, @day)", asked);
        await Poll.UntilAsync(
            $"{day} to be compared",
            _ =>
                ScalarAsync<bool>(
                    "SELECT due_at IS NULL FROM payouts.statement WHERE (account, day) = (@account, @day)",
                    asked
                ),
            Patience,
            CancellationToken.None
        );
    }

    private async Task<IReadOnlyList<Row>> DifferencesAsync()
    {
        await using var connection = await Town.Erp.OpenConnectionAsync();
        return
        [
            .. await connection.QueryAsync<Row>(
                """
                SELECT id, kind, erp_key AS ErpKey, amount_there AS There, amount_here AS Here, state, why
                FROM payouts.differences ORDER BY id
                """
            ),
        ];
    }

    // Everything that a comparison writes, but for when it was done.
    private Task<string> ShownAsync() =>
        ScalarAsync<string>(
            """
            SELECT concat_ws(E'\n',
                (SELECT string_agg(d::text, E'\n' ORDER BY d.id) FROM payouts.difference AS d),
                (SELECT string_agg(l::text, E'\n' ORDER BY l.key) FROM payouts.statement_line AS l),
                (SELECT string_agg(concat_ws(' ', a.kind, a.subject, a.times), E'\n' ORDER BY a.id) FROM payouts.alarm AS a),
                (SELECT string_agg(concat_ws(' ', o.erp_key, o.state, o.returned_amount), E'\n' ORDER BY o.id)
                 FROM payouts.outbox AS o),
                (SELECT count(*) FROM payouts.event))
            """
        );

    private sealed record Row(long Id, string Kind, string? ErpKey, long? There, long? Here, string State, string? Why);

    private sealed record Sums(
        long Payouts,
        decimal Paid,
        decimal Fees,
        decimal Returned,
        decimal OtherDebits,
        decimal OtherCredits,
        long? Debit,
        bool? AddsUp,
        bool Closed
    );
}
