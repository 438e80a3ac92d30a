using Bank131.Client;
using Bank131.Views;
using Microsoft.Extensions.Logging.Abstractions;
using PayoutWorker.Decisions;
using PayoutWorker.Driving;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Payouts;
using PayoutWorker.Reconciling;

namespace PayoutWorker.IntegrationTests.Database;

/// <summary>The job on the real tables, with statements that a test dictates.</summary>
internal sealed class BooksTests : DatabaseTest
{
    private const string Account = "40702810300200000013";

    private readonly Counters _counters = new();
    private Statements _statements = null!;

    [SetUp]
    public void ForgetStatements() => _statements = new Statements();

    [OneTimeTearDown]
    public void DropCounters() => _counters.Dispose();

    [Test]
    public async Task Each_closed_day_is_compared_once_and_missed_days_are_caught_up()
    {
        await RunAsync();
        var yesterday = _statements.Asked.Single();
        await RunAsync();
        Assert.That(_statements.Asked, Has.Count.EqualTo(1));

        await Db.ExecuteAsync("UPDATE payouts.statement SET day = day - 3");
        await RunAsync();
        Assert.That(
            _statements.Asked.Skip(1),
            Is.EqualTo(new[] { yesterday.AddDays(-2), yesterday.AddDays(-1), yesterday })
        );
    }

    [Test]
    public async Task A_statement_that_is_not_to_be_had_is_asked_for_again_and_told_after_an_hour()
    {
        _statements.Answer = _ => new StatementAnswer.Missing("no answer in time");
        for (var attempt = 1; attempt <= 7; attempt++)
        {
            await RunAsync();
            await RunAsync();
            Assert.That(_statements.Asked, Has.Count.EqualTo(attempt), "not before its time");
            await Db.ExecuteAsync("UPDATE payouts.statement SET due_at = now()");
        }
        Assert.That(
            await Db.ListAsync<string>("SELECT kind || ' ' || times || ' ' || text FROM payouts.alarm"),
            Has.One.StartsWith("statement_missing 2").And.One.EndsWith("no answer in time")
        );
        _statements.Answer = null;
        await RunAsync();
        Assert.That(await Db.ScalarAsync<bool>("SELECT due_at IS NULL AND problem IS NULL FROM payouts.statement"));
    }

    [Test]
    public async Task A_comparison_that_fails_each_time_is_tried_again_and_told_after_an_hour_and_keeps_no_other_day_back()
    {
        await RunAsync();
        await Db.ExecuteAsync(
            "UPDATE payouts.statement SET due_at = now(); "
                + "INSERT INTO payouts.statement (account, day, due_at) SELECT account, day - 1, now() FROM payouts.statement"
        );
        var bad = await Db.ScalarAsync<DateOnly>("SELECT min(day) FROM payouts.statement");
        _statements.Answer = day =>
            day == bad ? throw new FormatException("of a person") : new StatementAnswer.Missing("not yet");
        for (var attempt = 1; attempt <= 6; attempt++)
        {
            Assert.That(
                await Db.ScalarAsync<long>(
                    "SELECT count(*) FROM payouts.alarm WHERE subject LIKE '%' || @bad",
                    new { bad }
                ),
                Is.Zero
            );
            Assert.ThrowsAsync<FormatException>(() => RunAsync());
            Assert.DoesNotThrowAsync(() => RunAsync(), "not before its time");
            await Db.ExecuteAsync("UPDATE payouts.statement SET due_at = now()");
        }
        Assert.That(_statements.Asked.Count(day => day > bad), Is.EqualTo(7));
        Assert.That(
            await Db.ListAsync<string>(
                "SELECT kind || ': ' || text FROM payouts.alarm WHERE subject LIKE '%' || @bad",
                new { bad }
            ),
            Is.EqualTo(
                new[]
                {
                    $"statement_missing: the statement of {bad:yyyy-MM-dd} is not compared: comparing it failed: FormatException",
                }
            )
        );
        _statements.Answer = null;
        await RunAsync();
        Assert.That(await Db.ScalarAsync<bool>("SELECT bool_and(due_at IS NULL) FROM payouts.statement"));
    }

    [Test]
    public async Task A_day_asked_for_while_it_is_compared_is_compared_again()
    {
        _statements.Asking = day =>
            _statements.Asked.Count > 1
                ? Task.CompletedTask
                : Db.ScalarAsync<string>("SELECT payouts.request_reconcile(@Account, @day)", new { Account, day });
        await RunAsync();
        Assert.That(
            await Db.ScalarAsync<int>("SELECT runs FROM payouts.statement WHERE due_at IS NULL"),
            Is.EqualTo(2)
        );
    }

    [Test]
    public async Task A_difference_that_goes_and_comes_back_is_open_again_and_told_again()
    {
        _statements.Lines = [Debit(100, "x_1")];
        await RunAsync();
        await AgainAsync(lines: []);
        Assert.That(await ShownAsync(), Is.EqualTo(new[] { "not_here explained does not differ any more" }));
        Assert.That(await Db.ScalarAsync<bool>("SELECT gone_at IS NOT NULL FROM payouts.statement_line"));
        await AgainAsync(Debit(100, "x_1"));
        Assert.That(await ShownAsync(), Is.EqualTo(new[] { "not_here open " }));
        Assert.That(
            await Db.ScalarAsync<int>("SELECT times FROM payouts.alarm WHERE kind = 'books_differ'"),
            Is.EqualTo(2)
        );
    }

    [Test]
    public async Task One_alarm_tells_all_differences_of_a_day()
    {
        _statements.Lines =
        [
            Debit(100, "x_1"),
            Debit(200, "x_2"),
            Debit(300, "x_3") with
            {
                Side = StatementSide.Credit,
            },
        ];
        await RunAsync();
        Assert.That(
            await Db.ListAsync<string>("SELECT text FROM payouts.alarm"),
            Is.EqualTo(
                new[]
                {
                    "the bank's statement and our rows differ: 1 credit_unknown, 2 not_here; see payouts.differences",
                }
            )
        );
    }

    [Test]
    public async Task A_held_single_request_is_settled_by_the_only_line_that_fits_and_not_by_one_of_two()
    {
        var id = await Db.PayoutAsync(PayoutState.Held, PayoutState.Initiating);
        // Two days: in the first hours of a day the day before yesterday is the last one that is closed.
        await Db.ExecuteAsync("UPDATE payouts.bank_call SET intended_at = intended_at - interval '2 days'");
        var order = (await Db.Store().ReadAsync([id], CancellationToken.None))[0].Order;
        var line = Debit(order.Amount.Minor, "b1") with
        {
            OtherAccount = order.Recipient.Account,
            Purpose = order.Purpose,
        };
        _statements.Lines = [line, line with { PaymentId = "b2" }];
        await RunAsync();
        Assert.That(await Db.StateAsync(id), Is.EqualTo("held"), "two lines");
        await AgainAsync(line);
        Assert.That(await Db.StateAsync(id), Is.EqualTo("paid"));
        Assert.That(
            await Db.ListAsync<string>("SELECT evidence FROM payouts.event WHERE to_state = 'paid'"),
            Has.One.StartsWith("statement of ")
        );
        Assert.That(await ShownAsync(), Has.None.Contains("open"));
    }

    [Test]
    public async Task A_payout_that_was_paid_since_has_the_line_before_one_whose_outcome_is_unknown()
    {
        var unknown = await Db.PayoutAsync(PayoutState.Held, PayoutState.Initiating);
        var later = await Db.PayoutAsync(PayoutState.Paid);
        await Db.ExecuteAsync(
            """
            INSERT INTO payouts.bank_call (payout_id, session_n, step, idempotency_key, intended_by)
            VALUES (@later, 1, 'confirm', 'key', 'somebody');
            INSERT INTO payouts.event (payout_id, at, who, from_state, to_state, why)
            VALUES (@later, now() - interval '1 hour', 'somebody', 'confirmed', 'paid', 'the bank paid it');
            UPDATE payouts.bank_call SET intended_at = intended_at - interval '5 days';
            """,
            new { later }
        );
        var order = (await Db.Store().ReadAsync([unknown], CancellationToken.None))[0].Order;
        _statements.Lines = [Debit(order.Amount.Minor, "b1") with { OtherAccount = order.Recipient.Account }];
        // Three days ago both may have been paid; only what became of one of them since tells whose the line is.
        await Db.ExecuteAsync(
            "INSERT INTO payouts.statement (account, day, due_at) "
                + "VALUES (@Account, current_date - 3, now()), (@Account, current_date, NULL)",
            new { Account }
        );
        await RunAsync();
        Assert.That(await Db.StateAsync(unknown), Is.EqualTo("held"));
        Assert.That(
            await Db.ScalarAsync<long>("SELECT payout_id FROM payouts.statement_line WHERE day = current_date - 3"),
            Is.EqualTo(later)
        );
    }

    [Test]
    public async Task Without_the_right_to_settle_a_difference_is_all()
    {
        var id = await Db.PayoutAsync(PayoutState.Failed);
        await Db.ExecuteAsync(
            """
            UPDATE payouts.outbox SET bank_payout_id = 'po_5';
            INSERT INTO payouts.bank_call (payout_id, session_n, step, idempotency_key, intended_by, intended_at)
            VALUES (@id, 1, 'confirm', 'key', 'somebody', now() - interval '2 days')
            """,
            new { id }
        );
        _statements.Lines = [Debit(350000, "po_5")];
        await RunAsync(settles: false);
        Assert.That(await Db.StateAsync(id), Is.EqualTo("failed"));
        Assert.That(await ShownAsync(), Has.One.StartsWith("not_paid_here open"));
        await AgainAsync(Debit(350000, "po_5"));
        Assert.That(await Db.StateAsync(id), Is.EqualTo("paid"), "the same with that right");
    }

    private async Task AgainAsync(params StatementLine[] lines)
    {
        _statements.Lines = lines;
        await Db.ExecuteAsync("UPDATE payouts.statement SET due_at = now()");
        await RunAsync();
    }

    private Task<IReadOnlyList<string>> ShownAsync() =>
        Db.ListAsync<string>("SELECT concat(kind, ' ', state, ' ', why) FROM payouts.differences ORDER BY id");

    private async Task RunAsync(bool settles = true)
    {
        var options = new ReconcileOptions { Accounts = [new BookAccount(Account, "main", [])], Settles = settles };
        var store = Db.Store();
        var settlement = new Settlement(
            store,
            new SilentBank(),
            () => new Policy(),
            TimeProvider.System,
            _counters,
            NullLogger<Settlement>.Instance
        );
        var job = new ReconcileJob(
            new Books(Db.Worker),
            _statements,
            new SilentBank(),
            settlement,
            options,
            _counters,
            NullLogger<ReconcileJob>.Instance
        );
        await job.RunAsync(CancellationToken.None);
    }

    private static StatementLine Debit(long amount, string id) =>
        new(id, StatementSide.Debit, amount, "RUB", null, null, null, null, null);

    private sealed class Statements : IStatements
    {
        public List<DateOnly> Asked { get; } = [];
        public IReadOnlyList<StatementLine> Lines { get; set; } = [];
        public Func<DateOnly, StatementAnswer>? Answer { get; set; }
        public Func<DateOnly, Task>? Asking { get; set; }

        public async Task<StatementAnswer> AskAsync(
            BookAccount account,
            DateOnly day,
            AmountUnit unit,
            CancellationToken cancellationToken
        )
        {
            Asked.Add(day);
            if (Asking is not null)
                await Asking(day);
            if (Answer is not null)
                return Answer(day);
            var debit = Lines.Where(line => line.Side == StatementSide.Debit).Sum(line => line.Amount);
            var credit = Lines.Where(line => line.Side == StatementSide.Credit).Sum(line => line.Amount);
            return new StatementAnswer.Given(new StatementView(account.Number, day, debit, credit, null, null, Lines));
        }
    }

    /// <summary>A bank that answers no question: what is settled is settled by the statement.</summary>
    private sealed class SilentBank : IBank
    {
        public IReadOnlyList<string> PausedProjects => [];
        public int Trickle => 1;

        public Task<BankAnswer> SendAsync(
            string project,
            string path,
            ReadOnlyMemory<byte> body,
            string idempotencyKey
        ) => throw new InvalidOperationException("a comparison sends nothing");

        public Task<BankAnswer> AskAsync(string project, string sessionId, CancellationToken cancellationToken) =>
            Task.FromResult<BankAnswer>(new BankAnswer.Unknown("silent"));
    }
}
