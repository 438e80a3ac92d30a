using PayoutWorker.Decisions;
using PayoutWorker.Payouts;

namespace PayoutWorker.Core.Tests.Decisions;

internal sealed class RequisitesTests
{
    private static readonly RequisitesPolicy Policy = new();

    [Test]
    public void A_good_order_has_no_problem()
    {
        Assert.That(Requisites.Problem(Sample.AccountOrder, Policy), Is.Null);
        Assert.That(Requisites.Problem(Sample.CardOrder, Policy), Is.Null);
    }

    private static IEnumerable<TestCaseData> Bad()
    {
        var good = Sample.AccountOrder;
        yield return Case(good with { SenderAccount = null }, "sender_account: expected 20 digits, got nothing");
        yield return Case(
            good with
            {
                SenderAccount = "4070281030020000001",
            },
            "sender_account: expected 20 digits, got 19"
        );
        yield return Case(To(bik: "04452597"), "recipient_bik: expected 9 digits, got 8");
        yield return Case(
            To(bik: "04452597A"),
            "recipient_bik: expected 9 digits, got 9 characters, not all of them digits"
        );
        yield return Case(
            To(bik: "٠٤٤٥٢٥٩٧٤"),
            "recipient_bik: expected 9 digits, got 9 characters, not all of them digits"
        );
        yield return Case(To(account: "408178104000038695351"), "recipient_account: expected 20 digits, got 21");
        yield return Case(
            To(account: "40820810400003869535"),
            "recipient_account: the bank does not pay to accounts that begin with 40820810"
        );
        yield return Case(To(name: " "), "recipient_name: expected the payee's full name, got nothing");
        yield return Case(To(name: "Petrov\nPetr"), "recipient_name: has a line break or another control character");
        yield return Case(good with { Purpose = null }, "purpose: expected the payment's purpose, got nothing");
        yield return Case(
            good with
            {
                Purpose = new string('x', 211),
            },
            "purpose: expected at most 210 characters, got 211"
        );
        yield return Case(good with { Purpose = "Fee?" }, "purpose: the bank forbids the characters ? and !");
        yield return Case(good with { Purpose = "Fee!" }, "purpose: the bank forbids the characters ? and !");
        yield return Case(
            good with
            {
                Amount = new Money(1, "USD"),
            },
            "currency: account payouts are in RUB, got 'USD'"
        );
        yield return Case(
            To(account: "40802810400003869535"),
            "recipient_inn: expected 12 digits for a sole proprietor, got nothing"
        );
        yield return Case(
            To(account: "40702810400003869535", inn: "770708389"),
            "recipient_inn: expected 10 digits for a legal entity, got 9"
        );
        yield return Case(
            To(account: "40702810400003869535", inn: "7707083893"),
            "recipient_kpp: expected 9 digits for a legal entity, got nothing"
        );
        yield return Case(To(inn: "77"), "recipient_inn: expected 10 or 12 digits, got 2");
        yield return Case(
            Sample.CardOrder with
            {
                SealedCard = null,
            },
            "sealed_card: expected the sealed card number, got nothing"
        );
        yield return Case(
            Sample.CardOrder with
            {
                Flow = Flow.TwoStep,
            },
            "flow: cards are paid in a single request; expected single_request"
        );

        static TestCaseData Case(Order order, string problem) =>
            new TestCaseData(order, problem).SetArgDisplayNames(problem);
    }

    [TestCaseSource(nameof(Bad))]
    public void A_bad_order_is_told_the_column_and_what_was_expected(object order, string problem) =>
        Assert.That(Requisites.Problem((Order)order, Policy), Is.EqualTo(problem));

    [Test]
    public void The_longest_purpose_passes() =>
        Assert.That(Requisites.Problem(Sample.AccountOrder with { Purpose = new string('я', 210) }, Policy), Is.Null);

    [Test]
    public void Control_digits_are_checked_only_where_it_is_asked_for()
    {
        // Of the bank's own pages; its control digit does not fit its BIK.
        var sample = To(bik: "044525971", account: "40817810100000270411");
        Assert.That(Requisites.Problem(sample, Policy), Is.Null);
        Assert.That(
            Requisites.Problem(sample, new RequisitesPolicy(CheckKeys: true)),
            Is.EqualTo("recipient_account: its control digit does not fit the BIK")
        );
        Assert.That(Requisites.Problem(Sample.AccountOrder, new RequisitesPolicy(CheckKeys: true)), Is.Null);
    }

    [TestCase(0)]
    [TestCase(-1)]
    public void Nothing_is_paid_that_is_nothing(long minor) =>
        Assert.That(
            Requisites.Problem(Sample.AccountOrder with { Amount = new Money(minor, "RUB") }, Policy),
            Is.EqualTo($"amount: expected minor units above zero, got {minor}")
        );

    [TestCase(200, null)]
    [TestCase(201, "recipient_name: expected at most 200 characters, got 201")]
    public void A_name_has_its_longest(int length, string? problem) =>
        Assert.That(Requisites.Problem(To(name: new string('n', length)), Policy), Is.EqualTo(problem));

    [Test]
    public void A_line_break_in_the_purpose_is_named() =>
        Assert.That(
            Requisites.Problem(Sample.AccountOrder with { Purpose = "Fee\nVAT exempt" }, Policy),
            Is.EqualTo("purpose: has a line break or another control character")
        );

    [TestCase("7707083893", null)]
    [TestCase("7707083894", "recipient_inn: its control digits are wrong")]
    public void The_control_digits_of_a_payee_are_checked_where_it_is_asked_for(string inn, string? problem) =>
        Assert.That(Requisites.Problem(To(inn: inn), new RequisitesPolicy(CheckKeys: true)), Is.EqualTo(problem));

    [TestCase("R1B")]
    [TestCase("RUBL")]
    [TestCase("123")]
    public void The_currency_of_a_card_payout_is_three_letters(string currency) =>
        Assert.That(
            Requisites.Problem(Sample.CardOrder with { Amount = new Money(1, currency) }, Policy),
            Is.EqualTo($"currency: expected three letters of ISO 4217, got '{currency}'")
        );

    [Test]
    public void One_kopeck_is_something() =>
        Assert.That(Requisites.Problem(Sample.AccountOrder with { Amount = new Money(1, "RUB") }, Policy), Is.Null);

    [Test]
    public void What_is_shown_of_a_wrong_value_is_short()
    {
        var order = Sample.AccountOrder with { Amount = new Money(1, "ROUBLESANDMORE") };
        Assert.That(
            Requisites.Problem(order, Policy),
            Is.EqualTo("currency: account payouts are in RUB, got 'ROUBLESA…'")
        );
        var eight = order with { Amount = new Money(1, "ROUBLES8") };
        Assert.That(Requisites.Problem(eight, Policy), Does.EndWith("got 'ROUBLES8'"));
    }

    [TestCase("500100732249", false, Description = "the eleventh digit")]
    [TestCase("7707083893", true)]
    [TestCase("7707083894", false)]
    [TestCase("500100732259", true)]
    [TestCase("500100732250", false)]
    [TestCase("1111111111", false)]
    public void The_control_digits_of_an_INN(string inn, bool fits) =>
        Assert.That(Requisites.InnKeyFits(inn), Is.EqualTo(fits));

    private static Order To(
        string? bik = "044525974",
        string? account = "40817810400003869535",
        string? name = "Petrov Petr",
        string? inn = null,
        string? kpp = null
    ) => Sample.AccountOrder with { Recipient = new Recipient(name, account, bik, inn, kpp, null) };
}
