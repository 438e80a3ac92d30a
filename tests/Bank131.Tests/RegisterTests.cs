using Bank131.Registers;

namespace Bank131.Tests;

internal sealed class RegisterTests
{
    private const string Header =
        "operationId,typeOfPayment,paymentSessionId,paymentLocalAmount,feesLocalAmount,currency";

    [Test]
    public void The_columns_of_the_page_are_understood()
    {
        var lines = Read(
            "operationId,transactionDate,finishedAt,typeOfPayment,paymentSessionId,paymentSessionMerchantMetadata,"
                + "paymentMethodIdentity,grossLocalAmount,paymentLocalAmount,feesLocalAmount,currency\r\n"
                + "po_1,2026-03-02 10:00:00,2026-03-02 10:00:05,Advice,ps_1,\"{\"\"ref\"\":\"\"abc\"\"}\",220024******1111,"
                + "3535.00,3500.00,35.00,rub\r\n"
                + "rf_1,2026-03-02 11:00:00,02.03.2026 11:00:00,Refund,ps_2,,40817810400003869535,-10.5,-10.5,,RUB\r\n"
        );
        var day = new DateOnly(2026, 3, 2);
        Assert.That(
            lines,
            Is.EqualTo(
                new[]
                {
                    new RegisterLine(
                        "po_1",
                        "ps_1",
                        RegisterKind.Payout,
                        350000,
                        3500,
                        "RUB",
                        day,
                        null,
                        "1111",
                        "abc"
                    ),
                    new RegisterLine(
                        "rf_1",
                        "ps_2",
                        RegisterKind.Return,
                        1050,
                        null,
                        "RUB",
                        day,
                        "40817810400003869535",
                        "9535",
                        null
                    ),
                }
            )
        );
    }

    [TestCase("")]
    [TestCase("\uFEFF")]
    [TestCase("\r\n")]
    [TestCase(Header)]
    [TestCase(Header + "\r\n\r\n")]
    public void A_day_without_operations_is_empty(string text) => Assert.That(Read(text), Is.Empty);

    [TestCase(';')]
    [TestCase('\t')]
    public void Separator_quotes_case_order_and_a_byte_order_mark_do_not_matter(char separator)
    {
        var text =
            "\uFEFFCURRENCY,extra,PaymentLocalAmount,operationid,TYPEOFPAYMENT\nRUB,\"a\"\"b\",\"3500,07\",po_1,ADVICE";
        Assert.That(
            Read(text.Replace("\"3500,07\"", "#").Replace(',', separator).Replace("#", "\"3500,07\"")).Single(),
            Has.Property("Amount").EqualTo(350007).And.Property("Kind").EqualTo(RegisterKind.Payout)
        );
    }

    [TestCase("3 500.00")]
    [TestCase("3500.001")]
    [TestCase("1e3")]
    [TestCase("-1.00")]
    [TestCase("0.00")]
    [TestCase("")]
    public void An_amount_that_is_no_plain_sum_is_unreadable_and_not_guessed(string amount) =>
        Assert.That(Read($"{Header}\npo_1,Advice,ps_1,{amount},,RUB").Single().Amount, Is.Null);

    [Test]
    public void An_unknown_word_is_neither_a_payment_nor_a_return() =>
        Assert.That(Read($"{Header}\npo_1,Reversal,ps_1,1.00,,RUB").Single().Kind, Is.EqualTo(RegisterKind.Other));

    [TestCase("operationId,typeOfPayment\npo_1,Advice", "expected a column paymentLocalAmount")]
    [TestCase(Header + "\npo_1,Advice,ps_1,1.00", "row 2: expected 6 fields")]
    [TestCase(Header + "\npo_1,Advice,ps_1,1.00,,\"RUB", "cut off")]
    [TestCase(Header + ",currency\npo_1,Advice,ps_1,1.00,,RUB,RUB", "currency is there more than once")]
    public void What_may_be_read_wrongly_is_refused(string text, string why) =>
        Assert.That(() => Read(text), Throws.TypeOf<RegisterUnreadableException>().With.Message.Contains(why));

    [Test]
    public void Columns_may_bear_other_names()
    {
        var columns = new RegisterColumns();
        Assert.That(columns.TryRename("amount=Сумма"), Is.True);
        Assert.That(columns.TryRename("sum=Сумма") || columns.TryRename("amount=") || columns.TryRename("x"), Is.False);
        var lines = RegisterReader.Read("operationId;typeOfPayment;Сумма\npo_1;Advice;10,00", columns);
        Assert.That(lines.Single().Amount, Is.EqualTo(1000));
    }

    private static IReadOnlyList<RegisterLine> Read(string text) => RegisterReader.Read(text, new RegisterColumns());
}
