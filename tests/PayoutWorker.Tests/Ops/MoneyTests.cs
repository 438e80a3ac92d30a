using PayoutWorker.Host.Ops.Store;
using PayoutWorker.Host.Ops.Web;

namespace PayoutWorker.Tests.Ops;

/// <summary>Amounts and payees as the pages write and read them.</summary>
internal sealed class MoneyTests
{
    [TestCase(0, "0.00")]
    [TestCase(5, "0.05")]
    [TestCase(-150, "−1.50")]
    [TestCase(350000, "3\u202f500.00")]
    [TestCase(123456789012345, "1\u202f234\u202f567\u202f890\u202f123.45")]
    public void Minor_units_become_text(long minor, string expected) =>
        Assert.That(Money.Text(minor), Is.EqualTo(expected));

    [TestCase(350000, "3\u202f500.00 ₽")]
    [TestCase(35_000_000_0, "3.5 M ₽")]
    [TestCase(12_345_600, "123.4 k ₽")]
    public void Large_sums_have_a_short_form(long minor, string expected) =>
        Assert.That(Money.Short(minor, "rub"), Is.EqualTo(expected));

    [TestCase("3500", 350000)]
    [TestCase("3 500,5", 350050)]
    [TestCase("3\u202f500.00", 350000)]
    [TestCase("0.07", 7)]
    [TestCase("1.234", null)]
    [TestCase("1.2.3", null)]
    [TestCase("-5", null)]
    [TestCase("1e5", null)]
    [TestCase("99999999999999999999", null)]
    [TestCase(".5", null)]
    [TestCase("", null)]
    public void What_is_typed_is_an_amount_or_is_not(string text, long? expected) =>
        Assert.That(Money.Parse(text), Is.EqualTo(expected));

    [TestCase("Petrov Petr Petrovich", "P. P. P.")]
    [TestCase("OOO", "O.")]
    [TestCase(null, "")]
    public void Names_are_masked(string? name, string expected) => Assert.That(Mask.Name(name), Is.EqualTo(expected));

    [TestCase("40817810400003869535", null, "•••• 9535")]
    [TestCase(null, "4940", "•••• 4940")]
    [TestCase(null, null, "")]
    public void Accounts_are_masked(string? account, string? last4, string expected) =>
        Assert.That(Mask.Account(account, last4), Is.EqualTo(expected));

    [TestCase("card 2200700142697100, paid", "card ••••7100, paid")]
    [TestCase("card 2200 7001-4269 7100", "card ••••7100")]
    [TestCase("account 40817810400003869535", "account 40817810400003869535")]
    [TestCase("no. 2200700142697101", "no. 2200700142697101")]
    public void Whatever_is_a_card_number_by_its_check_digit_is_masked(string text, string expected) =>
        Assert.That(Mask.Cards(text), Is.EqualTo(expected));
}
