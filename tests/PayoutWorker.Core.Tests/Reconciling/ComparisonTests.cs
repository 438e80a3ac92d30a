using Bank131.Views;
using PayoutWorker.Payouts;
using PayoutWorker.Reconciling;

namespace PayoutWorker.Core.Tests.Reconciling;

internal sealed class ComparisonTests
{
    private const string Payee = "40817810400003869535";
    private const string Other = "40817810400003869536";
    private static readonly DateOnly Day = new(2026, 3, 2);

    [Test]
    public void What_is_paid_here_and_there_is_no_difference()
    {
        var result = Run([Debit(350000, "po_1"), Debit(3500, "po_1", payee: null)], [Paid(1)]);
        Assert.That(result.Differences, Is.Empty);
        Assert.That(Kinds(result), Is.EqualTo(new[] { (LineKind.Payout, (long?)1), (LineKind.Fee, 1) }));
    }

    [Test]
    public void What_is_there_and_not_here_is_told()
    {
        var result = Run([Debit(350000, "po_9", Other)], [Paid(1, booked: true)]);
        Assert.That(
            result.Differences.Select(d => (d.Kind, d.There)),
            Is.EqualTo(new[] { ("not_here", (long?)350000) })
        );
    }

    [Test]
    public void What_is_paid_here_and_not_there_is_told_once_the_day_is_closed()
    {
        Assert.That(Told(Run([], [Paid(1)])), Is.EqualTo(new[] { "not_there payout 1" }));
        Assert.That(Run([], [Paid(1)], closed: false).Differences, Is.Empty);
        Assert.That(Run([], [Paid(1, booked: true)]).Differences, Is.Empty, "another day's statement shows it");
        Assert.That(Run([], [Paid(1) with { PaidInTime = false }]).Differences, Is.Empty);
    }

    [Test]
    public void Another_amount_or_payee_under_the_payout_s_own_id_is_told()
    {
        Assert.That(Found(Run([Debit(350100, "po_1")], [Paid(1)])), Is.EqualTo(new[] { "amount_differs" }));
        Assert.That(Found(Run([Debit(350000, "po_1", Other)], [Paid(1)])), Is.EqualTo(new[] { "payee_differs" }));
    }

    [Test]
    public void The_whole_amount_booked_twice_for_one_payout_is_told()
    {
        var result = Run([Debit(350000, "po_1"), Debit(350000, "po_1")], [Paid(1)]);
        Assert.That(Found(result), Is.EqualTo(new[] { "paid_twice" }));
        Assert.That(
            Found(Run([Debit(350000, "po_1")], [Paid(1, booked: true)])),
            Is.EqualTo(new[] { "paid_twice" }),
            "the first one stands in another day's statement"
        );
    }

    [Test]
    public void A_payment_booked_before_it_was_sent_or_long_after_is_told()
    {
        var sentLater = Paid(1) with { SentOn = Day.AddDays(1), PaidOn = Day.AddDays(1) };
        var paidEarlier = Paid(1) with { SentOn = Day.AddDays(-5), PaidOn = Day.AddDays(-5), PaidInTime = false };
        foreach (var row in new[] { sentLater, paidEarlier })
            Assert.That(Found(Run([Debit(350000, "po_1")], [row])), Is.EqualTo(new[] { "another_day" }));
        var nextDay = Paid(1) with { SentOn = Day.AddDays(-1), PaidOn = Day.AddDays(-1), PaidInTime = false };
        Assert.That(Run([Debit(350000, "po_1")], [nextDay]).Differences, Is.Empty);
    }

    [Test]
    public void The_same_amount_to_the_same_payee_twice_on_a_day_is_counted_not_confused()
    {
        var rows = new[] { Paid(1), Paid(2) };
        Assert.That(Run([Debit(350000), Debit(350000)], rows).Differences, Is.Empty);
        Assert.That(Run([Debit(350000, "po_2"), Debit(350000, "po_1")], rows).Differences, Is.Empty);
        Assert.That(Told(Run([Debit(350000, "po_1")], rows)), Is.EqualTo(new[] { "not_there payout 2" }));
        Assert.That(Told(Run([Debit(350000)], rows)), Has.One.StartsWith("not_there"));
        Assert.That(Found(Run([Debit(350000), Debit(350000), Debit(350000)], rows)), Is.EqualTo(new[] { "not_here" }));
    }

    [Test]
    public void The_bank_s_id_of_one_payout_is_never_taken_for_another() =>
        Assert.That(
            Run([Debit(350000, "po_9")], [Paid(1)]).Differences.Select(d => d.Kind),
            Is.EquivalentTo(new[] { "not_here", "not_there" })
        );

    [Test]
    public void Where_nothing_but_amounts_is_shown_they_are_counted()
    {
        var result = Run([Debit(350000, "b1", payee: null), Debit(100, "b2", payee: null)], [Paid(1)]);
        Assert.That(Found(result), Is.EqualTo(new[] { "not_here" }));
        Assert.That(result.Differences[0].There, Is.EqualTo(100));
    }

    [Test]
    public void A_debit_that_says_it_is_a_fee_is_a_fee_unless_a_payout_claims_it()
    {
        var fee = Debit(3500, "b1", payee: null, purpose: "Комиссия за перевод");
        var result = Run([Debit(350000), fee], [Paid(1)]);
        Assert.That(result.Differences, Is.Empty);
        Assert.That(Kinds(result), Does.Contain((LineKind.Fee, (long?)null)));

        var agent = Paid(1) with { Purpose = "Комиссия агента" };
        var paid = Run([Debit(350000, "b1", purpose: "Комиссия агента")], [agent]);
        Assert.That(
            (paid.Differences, Kinds(paid)),
            Is.EqualTo((Array.Empty<Difference>(), new[] { (LineKind.Payout, (long?)1) }))
        );
    }

    [TestCase("po_1", null, TestName = "By_the_bank_s_id_the_statement_proves_an_unknown_outcome")]
    [TestCase("b7", "ref1", TestName = "By_our_reference_the_statement_proves_an_unknown_outcome")]
    [TestCase("b7", null, TestName = "As_the_only_candidate_both_ways_the_statement_proves_an_unknown_outcome")]
    public void An_unknown_outcome_is_settled(string id, string? reference)
    {
        var row = id == "po_1" ? Unknown(1) with { PaymentIds = ["po_1"] } : Unknown(1);
        var result = Run([Debit(350000, id) with { Reference = reference }], [row]);
        Assert.That(result.Findings.Single(), Is.TypeOf<Finding.Paid>().With.Property("Proves").True);
        Assert.That(result.Differences, Is.Empty);
    }

    [Test]
    public void A_card_is_settled_by_its_last_four_digits_and_amount_only_when_nothing_else_fits()
    {
        var card = Unknown(1) with { PayeeAccount = null, CardLast4 = "4940", Purpose = null };
        var line = Debit(350000, "b7", payee: null) with { CardLast4 = "4940", Purpose = null };
        Assert.That(Run([line], [card]).Findings.Single().Proves);
        var second = card with { PayoutId = 2 };
        Assert.That(Run([line], [card, second]).Findings, Is.Empty);
        Assert.That(Found(Run([line], [card, second])), Is.EqualTo(new[] { "ambiguous" }));
    }

    [Test]
    public void Two_candidates_either_way_settle_nothing()
    {
        Assert.That(Run([Debit(350000), Debit(350000)], [Unknown(1)]).Findings, Is.Empty, "two lines");
        Assert.That(Run([Debit(350000)], [Unknown(1), Unknown(2)]).Findings, Is.Empty, "two rows");
        Assert.That(Run([Debit(350000)], [Unknown(1), Failed(2)]).Findings, Is.Empty, "one of them failed");
        var late = Paid(2) with { PaidOn = Day.AddDays(-3), SentOn = Day.AddDays(-3), PaidInTime = false };
        Assert.That(Run([Debit(350000)], [Unknown(1), late]).Findings, Is.Empty, "one may be booked late");
    }

    [Test]
    public void Before_the_day_is_closed_only_a_name_settles()
    {
        Assert.That(Run([Debit(350000)], [Unknown(1)], closed: false).Findings, Is.Empty);
        var named = Unknown(1) with { PaymentIds = ["po_1"] };
        Assert.That(Run([Debit(350000, "po_1")], [named], closed: false).Findings.Single().Proves);
    }

    [Test]
    public void What_is_known_as_paid_has_its_line_first()
    {
        var result = Run([Debit(350000)], [Unknown(2), Paid(1)]);
        Assert.That(Kinds(result), Is.EqualTo(new[] { (LineKind.Payout, (long?)1) }));
        Assert.That(result.Findings, Is.Empty);
        Assert.That(Told(result), Is.EqualTo(new[] { "unknown_not_there payout 2" }));
    }

    [Test]
    public void Another_purpose_or_a_day_before_it_was_sent_settles_nothing()
    {
        Assert.That(Run([Debit(350000, purpose: "Rent")], [Unknown(1)]).Findings, Is.Empty);
        Assert.That(Run([Debit(350000)], [Unknown(1) with { SentOn = Day.AddDays(1) }]).Findings, Is.Empty);
        Assert.That(Run([Debit(350000)], [Unknown(1) with { SentOn = null }]).Findings, Is.Empty);
    }

    [Test]
    public void A_late_success_is_proven_by_its_id_alone()
    {
        var named = Run([Debit(350000, "po_2")], [Failed(2) with { PaymentIds = ["po_2"] }]);
        Assert.That(named.Findings.Single().Proves);
        Assert.That(Found(Run([Debit(350000)], [Failed(2)])), Is.EqualTo(new[] { "ambiguous" }));
    }

    [Test]
    public void A_payout_on_its_way_is_asked_about()
    {
        var row = Unknown(1) with { State = PayoutState.Confirmed, HeldKind = null, PaymentIds = ["po_1"] };
        var finding = Run([Debit(350000, "po_1")], [row]).Findings.Single();
        Assert.That(finding.Otherwise.Kind, Is.EqualTo("not_paid_here"));
    }

    [Test]
    public void A_statement_that_does_not_add_up_proves_nothing_and_says_so()
    {
        var result = Run([Debit(350000, "po_1")], [Unknown(1) with { PaymentIds = ["po_1"] }], total: 999);
        Assert.That(result.Findings.Single().Proves, Is.False);
        Assert.That(Found(result), Is.EqualTo(new[] { "totals_differ" }));
    }

    [Test]
    public void A_line_without_a_readable_amount_is_told() =>
        Assert.That(
            Found(Run([Debit(350000, "po_1") with { Amount = null }], [], total: null)),
            Is.EqualTo(new[] { "totals_differ", "unreadable_line" })
        );

    [Test]
    public void A_return_that_is_known_here_is_no_difference_and_one_that_is_not_is_found()
    {
        var known = Paid(1, booked: true) with { State = PayoutState.Returned, ReturnedAmount = 350000 };
        Assert.That(Run([Credit(350000, "po_1")], [known]).Differences, Is.Empty);

        var lost = Run([Credit(350000, "po_1")], [Paid(1, booked: true)]);
        Assert.That(lost.Findings.Single(), Is.TypeOf<Finding.Back>().With.Property("Total").EqualTo(350000));
        Assert.That(lost.Findings[0].Proves);
    }

    [Test]
    public void Parts_that_came_back_on_several_days_are_summed()
    {
        var row = Paid(1, booked: true) with { ReturnedAmount = 100000, ReturnedElsewhere = 100000 };
        Assert.That(
            Run([Credit(50000, "po_1")], [row]).Findings.Single(),
            Is.TypeOf<Finding.Back>().With.Property("Total").EqualTo(150000)
        );
        Assert.That(
            Found(Run([Credit(350000, "po_1")], [row])),
            Is.EqualTo(new[] { "amount_differs" }),
            "more than was paid"
        );
    }

    [Test]
    public void A_return_by_payer_and_amount_is_reported_not_believed()
    {
        var finding = Run([Credit(350000, "b9")], [Paid(1, booked: true)]).Findings.Single();
        Assert.That((finding.Proves, finding.Otherwise.Kind), Is.EqualTo((false, "return_not_here")));
        Assert.That(
            Found(Run([Credit(350000, "b9")], [Paid(1, booked: true), Paid(2, booked: true)])),
            Is.EqualTo(new[] { "credit_unknown" })
        );
    }

    [Test]
    public void A_return_known_here_and_not_there_is_told()
    {
        var row = Paid(1, booked: true) with
        {
            State = PayoutState.Returned,
            ReturnedAmount = 350000,
            ReturnedInTime = true,
        };
        Assert.That(Told(Run([], [row])), Is.EqualTo(new[] { "return_not_there payout 1" }));
    }

    [Test]
    public void Our_own_money_is_no_difference_and_other_money_is()
    {
        Assert.That(Run([Credit(5, "b9", "40702810000000000001")], []).Differences, Is.Empty);
        Assert.That(Found(Run([Credit(5, "b9", Other)], [])), Is.EqualTo(new[] { "credit_unknown" }));
    }

    [Test]
    public void What_a_line_was_found_to_be_it_stays()
    {
        // Settled days later: its own day is over, and the line has no name.
        var row = Paid(1) with
        {
            PaidOn = Day.AddDays(4),
            PaidInTime = false,
        };
        var lines = Lines([Debit(350000)]);
        var again = Comparison.Run(
            Order(lines, [row], true, 350000) with
            {
                Known = new Dictionary<string, long> { [lines[0].Key] = 1 },
            }
        );
        Assert.That(
            (again.Differences, Kinds(again)),
            Is.EqualTo((Array.Empty<Difference>(), new[] { (LineKind.Payout, (long?)1) }))
        );
    }

    [Test]
    public void Equal_lines_have_keys_of_their_own_that_do_not_depend_on_their_order()
    {
        var (a, b) = (Debit(350000), Debit(1));
        Assert.That(
            Lines([a, b, a]).Select(line => line.Key),
            Is.Unique.And.EquivalentTo(Lines([b, a, a]).Select(line => line.Key))
        );
    }

    private static StatementLine Debit(
        long amount,
        string? id = null,
        string? payee = Payee,
        string purpose = "Fee. VAT exempt"
    ) => new(id, StatementSide.Debit, amount, "RUB", Day, payee, null, purpose, null);

    private static StatementLine Credit(long amount, string id, string payer = Payee) =>
        new(id, StatementSide.Credit, amount, "RUB", Day, payer, null, null, null);

    private static BookRow Paid(long id, bool booked = false) =>
        new()
        {
            PayoutId = id,
            ErpKey = "A-" + id,
            State = PayoutState.Paid,
            Amount = new Money(350000, "rub"),
            PaymentIds = ["po_" + id],
            Reference = "ref" + id,
            PayeeAccount = Payee,
            Purpose = "Fee. VAT exempt",
            SentOn = Day,
            PaidOn = Day,
            PaidInTime = true,
            BookedElsewhere = booked,
        };

    private static BookRow Unknown(long id) =>
        Paid(id) with
        {
            State = PayoutState.Held,
            HeldKind = HoldKind.OutcomeUnknown,
            PaymentIds = [],
            PaidOn = null,
            PaidInTime = false,
        };

    private static BookRow Failed(long id) => Unknown(id) with { State = PayoutState.Failed, HeldKind = null };

    private static Compared Run(
        IReadOnlyList<StatementLine> lines,
        IReadOnlyList<BookRow> rows,
        bool closed = true,
        long? total = -1
    ) => Comparison.Run(Order(Lines(lines), rows, closed, total));

    private static ComparisonOrder Order(
        IReadOnlyList<BookLine> lines,
        IReadOnlyList<BookRow> rows,
        bool closed,
        long? total
    ) =>
        new(
            View(lines.Select(line => line.Line), total),
            lines,
            rows,
            new Dictionary<string, long>(),
            closed,
            Complete: closed,
            new ReconcileOptions { TopUpsFrom = ["40702810000000000001"] }
        );

    private static IReadOnlyList<BookLine> Lines(IReadOnlyList<StatementLine> lines) => BookLine.Of(View(lines, -1));

    // A total of -1: what the lines sum up to.
    private static StatementView View(IEnumerable<StatementLine> lines, long? total)
    {
        StatementLine[] all = [.. lines];
        var debit = total == -1 ? all.Where(l => l.Side == StatementSide.Debit).Sum(l => l.Amount ?? 0) : total;
        var credit = all.Where(l => l.Side == StatementSide.Credit).Sum(l => l.Amount ?? 0);
        return new StatementView("40702810300200000013", Day, debit, credit, null, null, all);
    }

    private static IEnumerable<(LineKind, long?)> Kinds(Compared result) =>
        result.Lines.Select(line => (line.Kind, line.PayoutId));

    private static IEnumerable<string> Found(Compared result) => result.Differences.Select(d => d.Kind);

    private static IEnumerable<string> Told(Compared result) => result.Differences.Select(d => $"{d.Kind} {d.Subject}");
}
