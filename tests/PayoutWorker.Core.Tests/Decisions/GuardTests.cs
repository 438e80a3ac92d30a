using Bank131.Webhooks;
using PayoutWorker.Decisions;
using PayoutWorker.Payouts;

namespace PayoutWorker.Core.Tests.Decisions;

/// <summary>The last look before money goes: what the bank is about to pay is what was ordered.</summary>
internal sealed class GuardTests
{
    private static readonly Order Order = Sample.AccountOrder with
    {
        Recipient = Sample.AccountOrder.Recipient with { Inn = "7707083893", Kpp = "770701001" },
    };

    private static readonly Echo Echo = Echo.Of(
        Sample.AccountView with
        {
            Payee = Sample.AccountView.Payee with { Inn = "7707083893", Kpp = "770701001" },
        }
    );

    private const string Confirm = """
        {"account_details":{
          "sender":{"account_number":"40702810300200000013","bik":"049205131","name":"ABC LLC","inn":"3316004790"},
          "recipient":{"account_number":"40817810400003869535","bik":"044525974","name":"Petrov Petr","inn":"7707083893",
                       "kpp":"770701001"}}}
        """;

    private static readonly GuardPolicy Strict = new(CompareName: true, CompareInn: true, CompareKpp: true);

    [Test]
    public void What_was_ordered_passes() => Assert.That(Guard.BeforeConfirm(Order, Echo, Confirm, Strict), Is.Empty);

    [Test]
    public void Tax_numbers_are_compared_only_where_both_are_known_and_it_is_asked_for()
    {
        var lax = new GuardPolicy(CompareInn: false, CompareKpp: false);
        var other = Echo with { Inn = "1111111111", Kpp = "111111111" };
        Assert.That(Guard.BeforeConfirm(Order, other, Confirm, lax), Is.Empty);
        Assert.That(Guard.BeforeConfirm(Order, other, Confirm, Strict), Has.Count.EqualTo(2));
        var without = Order with { Recipient = Order.Recipient with { Inn = null, Kpp = null } };
        Assert.That(Guard.BeforeConfirm(without, other, Confirm, Strict), Is.Empty);
        Assert.That(Guard.BeforeConfirm(Order, Echo with { Inn = null, Kpp = null }, Confirm, Strict), Is.Empty);
    }

    [Test]
    public void Four_digits_are_told_as_they_are()
    {
        var shown = Echo with { Amount = 10000, CardLast4 = "1111" };
        Assert.That(
            Guard.Paid(Sample.CardOrder, shown),
            Is.EqualTo(new[] { "card: ordered 4940, the bank shows 1111" })
        );
    }

    [Test]
    public void What_was_not_ordered_is_not_paid()
    {
        var problems = Guard.BeforeConfirm(
            Order with
            {
                SenderAccount = null,
            },
            Echo with
            {
                Sender = null,
            },
            Confirm,
            Strict
        );
        Assert.That(problems, Has.Some.EqualTo("sender account: ordered nothing, the bank shows nothing"));
    }

    [Test]
    public void A_name_that_is_not_shown_is_another() =>
        Assert.That(
            Guard.BeforeConfirm(Order, Echo with { Name = null }, Confirm, Strict),
            Is.EqualTo(new[] { "recipient name: another than ordered" })
        );

    [TestCase(null, false)]
    [TestCase("nobody's", false)]
    [TestCase("main", false)]
    [TestCase("auto", true)]
    public void Only_a_project_that_is_known_to_confirm_by_itself_does(string? project, bool does) =>
        Assert.That(Sample.Policy.IsAutoConfirm(project), Is.EqualTo(does));

    [TestCase(null, ErrorClass.Unknown)]
    [TestCase("never_heard_of", ErrorClass.Unknown)]
    [TestCase("invalid_request", ErrorClass.Fail)]
    public void A_code_that_is_not_listed_says_nothing(string? code, ErrorClass kind) =>
        Assert.That(Sample.Policy.Class(code), Is.EqualTo(kind));

    [Test]
    public void The_currency_is_compared_without_case() =>
        Assert.That(Guard.BeforeConfirm(Order, Echo with { Currency = "rub" }, Confirm, Strict), Is.Empty);

    [Test]
    public void A_name_is_compared_without_case_spaces_and_yo() =>
        Assert.That(
            Guard.BeforeConfirm(
                Order with
                {
                    Recipient = Order.Recipient with { Name = "Фёдоров  Пётр" },
                },
                Echo with
                {
                    Name = "ФЕДОРОВ ПЕТР",
                },
                Confirm.Replace("Petrov Petr", "федоров пётр"),
                Strict
            ),
            Is.Empty
        );

    private static IEnumerable<TestCaseData> ChangedEchoes()
    {
        yield return new TestCaseData(Echo with { Amount = 350001 }).SetArgDisplayNames("amount");
        yield return new TestCaseData(Echo with { Amount = null }).SetArgDisplayNames("no amount");
        yield return new TestCaseData(Echo with { Currency = "USD" }).SetArgDisplayNames("currency");
        yield return new TestCaseData(Echo with { Currency = null }).SetArgDisplayNames("no currency");
        yield return new TestCaseData(Echo with { Account = "40817810400003869536" }).SetArgDisplayNames("account");
        yield return new TestCaseData(Echo with { Account = null }).SetArgDisplayNames("no account");
        yield return new TestCaseData(Echo with { Bik = "044525975" }).SetArgDisplayNames("bik");
        yield return new TestCaseData(Echo with { Bik = null }).SetArgDisplayNames("no bik");
        yield return new TestCaseData(Echo with { Sender = "40702810300200000014" }).SetArgDisplayNames("sender");
        yield return new TestCaseData(Echo with { Sender = null }).SetArgDisplayNames("no sender");
        yield return new TestCaseData(Echo with { Name = "Petrov Pavel" }).SetArgDisplayNames("name");
        yield return new TestCaseData(Echo with { Inn = "7707083894" }).SetArgDisplayNames("inn");
        yield return new TestCaseData(Echo with { Kpp = "770701002" }).SetArgDisplayNames("kpp");
    }

    [TestCaseSource(nameof(ChangedEchoes))]
    public void Each_single_change_of_the_payout_is_refused(object changed) =>
        Assert.That(Guard.BeforeConfirm(Order, (Echo)changed, Confirm, Strict), Has.Count.EqualTo(1));

    [TestCase("40702810300200000013", "40702810300200000014")]
    [TestCase("049205131", "049205132")]
    [TestCase("40817810400003869535", "40817810400003869536")]
    [TestCase("044525974", "044525975")]
    [TestCase("Petrov Petr", "Petrov Pavel")]
    [TestCase("7707083893", "7707083894")]
    [TestCase("770701001", "770701002")]
    [TestCase("\"recipient\"", "\"receiver\"")]
    [TestCase("\"sender\"", "\"payer\"")]
    [TestCase("account_details", "details")]
    [TestCase("\"account_number\":\"40817810400003869535\",", "")]
    public void Each_single_change_of_confirm_information_is_refused(string what, string into) =>
        Assert.That(Guard.BeforeConfirm(Order, Echo, Confirm.Replace(what, into), Strict), Has.Count.EqualTo(1));

    [Test]
    public void An_account_is_not_confirmed_without_confirm_information() =>
        Assert.That(Guard.BeforeConfirm(Order, Echo, null, Strict), Has.Count.EqualTo(1));

    [Test]
    public void A_key_that_stands_twice_in_confirm_information_is_refused() =>
        Assert.That(
            Guard.BeforeConfirm(
                Order,
                Echo,
                Confirm.Replace("\"bik\":\"044525974\"", "\"bik\":\"1\",\"bik\":\"044525974\""),
                Strict
            ),
            Is.Not.Empty
        );

    [Test]
    public void A_card_is_compared_by_amount_currency_and_its_last_four_digits()
    {
        var card = Echo.Of(
            Sample.AccountView with
            {
                Amount = 10000,
                Payee = new(null, null, null, null, null, "4940"),
            }
        );
        Assert.That(Guard.BeforeConfirm(Sample.CardOrder, card, null, Strict), Is.Empty);
        Assert.That(
            Guard.BeforeConfirm(Sample.CardOrder, card with { CardLast4 = "4941" }, null, Strict),
            Has.Count.EqualTo(1)
        );
        Assert.That(
            Guard.BeforeConfirm(Sample.CardOrder, card with { Amount = 1 }, null, Strict),
            Has.Count.EqualTo(1)
        );
    }

    [Test]
    public void The_differences_tell_no_whole_numbers() =>
        Assert.That(
            Guard.BeforeConfirm(Order, Echo with { Account = "40817810400003869536" }, Confirm, Strict)[0],
            Is.EqualTo("recipient account: ordered …9535, the bank shows …9536")
        );

    [Test]
    public void The_bank_s_own_example_echoes_another_payee_and_is_refused()
    {
        var session = Example("rko-ready-to-confirm.webhook.json").Session!;
        var ordered = Sample.AccountOrder with
        {
            Recipient = Sample.AccountOrder.Recipient with { Name = "Ivanov Ivan Ivanovich" },
        };
        var started = Sample.Payout(PayoutState.Started, ordered) with
        {
            Session = new BankSession(1, session.Id, SessionUse.Armed, null, null),
        };
        var change = Decision.Learn(
            started,
            new Evidence.Seen(1, session, null, "webhook 1"),
            Sample.Policy,
            mine: false
        )!;
        Assert.That(change.HoldKind, Is.EqualTo(HoldKind.Mismatch));
        Assert.That(change.Why, Does.Contain("…9535").And.Contain("…0001"));
    }

    [Test]
    public void The_bank_s_own_example_passes_for_the_payee_that_it_names()
    {
        var session = Example("rko-ready-to-confirm.webhook.json").Session!;
        var vector = new Recipient("Vector LLC", "40702810500000000001", "044525974", "1111111111", "156605101", null);
        var order = Sample.AccountOrder with { Recipient = vector };
        Assert.That(
            Guard.BeforeConfirm(order, Echo.Of(session.Payouts[0]), session.ConfirmInformation, Strict),
            Is.Empty
        );
    }

    [Test]
    public void The_bank_s_card_example_is_paid_in_spite_of_its_broken_date()
    {
        var session = Example("card-payment-finished.webhook.json").Session!;
        var started = Sample.Payout(PayoutState.Started, Sample.CardOrder) with
        {
            Session = new BankSession(1, session.Id, SessionUse.Armed, null, null),
        };
        var change = Decision.Learn(
            started,
            new Evidence.Seen(1, session, null, "webhook 1"),
            Sample.Policy,
            mine: false
        )!;
        Assert.That(change, Has.Property("To").EqualTo(PayoutState.Paid).And.Property("Alarms").Empty);
    }

    [Test]
    public void An_echo_survives_the_database() => Assert.That(Echo.FromText(Echo.ToText()), Is.EqualTo(Echo));

    private static WebhookView Example(string name) =>
        WebhookView.Read(File.ReadAllBytes(Path.Combine(TestContext.CurrentContext.TestDirectory, "Examples", name)))!;
}
