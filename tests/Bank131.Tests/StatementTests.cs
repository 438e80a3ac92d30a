using System.Text;
using System.Text.Json.Nodes;
using Bank131.Client;
using Bank131.Messages;
using Bank131.Views;

namespace Bank131.Tests;

internal sealed class StatementTests
{
    private const string Account = "40702810600200000014";
    private static readonly DateOnly Day = new(2023, 6, 1);

    [Test]
    public void The_request_is_the_one_of_the_page() =>
        Assert.That(
            Encoding.UTF8.GetString(BankJson.Bytes(AskStatement.Of(Account, Day))),
            Is.EqualTo("""{"account_number":"40702810600200000014","date_from":"2023-06-01","date_to":"2023-06-01"}""")
        );

    [Test]
    public void The_fields_of_the_page_are_understood()
    {
        var statement = Given(Example());
        Assert.That(
            (statement.Debit, statement.Credit, statement.Opening, statement.Closing),
            Is.EqualTo(((long?)353500, (long?)350000, (long?)1000000, (long?)996500))
        );
        Assert.That(
            statement.Lines.Select(line => (line.PaymentId, line.Side, line.Amount, line.Currency, line.BookedOn)),
            Is.EqualTo(
                new[]
                {
                    ("po_513", StatementSide.Debit, (long?)350000, "RUB", (DateOnly?)Day),
                    ("po_513", StatementSide.Debit, 3500, "RUB", Day),
                    ("po_512", StatementSide.Credit, 350000, "RUB", Day),
                }
            )
        );
        Assert.That(statement.AddsUp, Is.True);
    }

    [Test]
    public void Totals_beside_the_statement_are_read_as_well()
    {
        var root = Example();
        foreach (var name in new[] { "total_turnover", "total_balance" })
        {
            root[name] = Statement(root)[name]!.DeepClone();
            Statement(root).Remove(name);
        }
        Assert.That((Given(root).Debit, Given(root).AddsUp), Is.EqualTo(((long?)353500, true)));
    }

    [Test]
    public void One_transaction_may_stand_without_a_list_and_a_list_in_an_object()
    {
        var one = Example();
        Statement(one)["transactions"] = Line(one, 0).DeepClone();
        Assert.That(Given(one).Lines, Has.Count.EqualTo(1));

        var wrapped = Example();
        Statement(wrapped)["transactions"] = new JsonObject { ["items"] = Lines(wrapped).DeepClone() };
        Assert.That(Given(wrapped).Lines, Has.Count.EqualTo(3));
    }

    [TestCase("3500", AmountUnit.Minor, 3500)]
    [TestCase("3500", AmountUnit.Major, 350000)]
    [TestCase("3500.5", AmountUnit.Major, 350050)]
    [TestCase("-3500.50", AmountUnit.Major, -350050)]
    [TestCase("0.07", AmountUnit.Major, 7)]
    [TestCase("3500.000", AmountUnit.Major, 350000)]
    [TestCase("92233720368547758.07", AmountUnit.Major, long.MaxValue)]
    [TestCase("92233720368547758.08", AmountUnit.Major, null)]
    [TestCase("3500.005", AmountUnit.Major, null)]
    [TestCase("3500.5", AmountUnit.Minor, null)]
    [TestCase("3.5e3", AmountUnit.Major, null)]
    [TestCase("3 500", AmountUnit.Minor, null)]
    [TestCase("-", AmountUnit.Minor, null)]
    [TestCase("", AmountUnit.Minor, null)]
    public void An_amount_is_read_exactly_or_not_at_all(string text, AmountUnit unit, long? expected) =>
        Assert.That(MinorUnits.Parse(text, unit), Is.EqualTo(expected));

    [Test]
    public void One_decimal_point_says_that_all_amounts_are_rubles()
    {
        var root = Example();
        Line(root, 1)["amount"] = "-35.50";
        Line(root, 0)["amount"] = -3500;
        Assert.That(Given(root).Lines.Take(2).Select(line => line.Amount), Is.EqualTo(new long?[] { 350000, 3550 }));
    }

    [Test]
    public void Positive_amounts_are_debits_where_the_totals_prove_it()
    {
        var root = Example();
        Lines(root).RemoveAt(2);
        foreach (var line in Lines(root))
            line!["amount"] = -(int)line["amount"]!;
        Turnover(root)["credit"] = 0;
        Assert.That(Given(root).Lines.Select(line => line.Side), Is.All.EqualTo(StatementSide.Debit));
    }

    [Test]
    public void Positive_amounts_of_both_sides_without_any_sign_stay_unknown_and_do_not_add_up()
    {
        var root = Example();
        foreach (var line in Lines(root))
            line!["amount"] = Math.Abs((int)line["amount"]!);
        Assert.That(Given(root).Lines.Select(line => line.Side), Is.All.EqualTo(StatementSide.Unknown));
        Assert.That(Given(root).AddsUp, Is.False);
    }

    [Test]
    public void A_word_or_our_own_account_says_which_side_it_is()
    {
        var root = Example();
        foreach (var line in Lines(root))
            line!["amount"] = Math.Abs((int)line["amount"]!);
        Line(root, 0)["type"] = "Debet";
        Line(root, 1)["payer"] = new JsonObject { ["account"] = Account };
        Line(root, 2)["recipient_account"] = Account;
        Line(root, 2)["payer_account"] = "40817810400003869535";
        var lines = Given(root).Lines;
        Assert.That(
            lines.Select(line => line.Side),
            Is.EqualTo(new[] { StatementSide.Debit, StatementSide.Debit, StatementSide.Credit })
        );
        Assert.That(lines[2].OtherAccount, Is.EqualTo("40817810400003869535"));
    }

    [Test]
    public void A_line_that_is_missing_or_an_amount_that_cannot_be_read_does_not_add_up()
    {
        var cut = Example();
        Lines(cut).RemoveAt(1);
        Assert.That(Given(cut).AddsUp, Is.False);

        var odd = Example();
        Line(odd, 1)["amount"] = "thirty-five";
        Assert.That((Given(odd).AddsUp, Given(odd).Lines[1].Amount), Is.EqualTo((false, (long?)null)));

        var balance = Example();
        Statement(balance)["total_balance"]!["closing"] = 1;
        Assert.That(Given(balance).AddsUp, Is.False);
    }

    [Test]
    public void The_statement_of_another_account_or_day_is_no_answer()
    {
        var account = Example();
        Statement(account)["account_number"] = "40702810600200000015";
        Assert.That(Answer(account), Is.EqualTo(new StatementAnswer.Missing("the statement of another account")));

        var day = Example();
        Statement(day)["date_to"] = "2023-06-02";
        Assert.That(Answer(day), Is.EqualTo(new StatementAnswer.Missing("the statement of another day")));
    }

    [Test]
    public void A_refusal_names_its_code_and_garbage_is_missing()
    {
        var refused = """{"status":"error","error":{"code":"authorization_error","description":"no"}}""";
        Assert.That(
            (
                StatementReader.Answer(400, Encoding.UTF8.GetBytes(refused), Account, Day, default)
                as StatementAnswer.Refused
            )
                ?.Error
                .Code,
            Is.EqualTo("authorization_error")
        );
        foreach (var body in new[] { "<html>", """{"status":"ok"}""", """{"status":"what"}""" })
            Assert.That(
                StatementReader.Answer(200, Encoding.UTF8.GetBytes(body), Account, Day, default),
                Is.TypeOf<StatementAnswer.Missing>()
            );
        Assert.That(StatementReader.Answer(200, null, Account, Day, default), Is.TypeOf<StatementAnswer.Missing>());
    }

    private static JsonObject Example() =>
        JsonNode.Parse(Support.Example.Bytes("account-statement.response.json"))!.AsObject();

    private static JsonObject Statement(JsonObject root) => root["account_statement"]!.AsObject();

    private static JsonObject Turnover(JsonObject root) => Statement(root)["total_turnover"]!.AsObject();

    private static JsonArray Lines(JsonObject root) => Statement(root)["transactions"]!.AsArray();

    private static JsonObject Line(JsonObject root, int i) => Lines(root)[i]!.AsObject();

    private static StatementAnswer Answer(JsonObject root) =>
        StatementReader.Answer(200, Encoding.UTF8.GetBytes(root.ToJsonString()), Account, Day, AmountUnit.Minor);

    private static StatementView Given(JsonObject root) => ((StatementAnswer.Given)Answer(root)).Statement;
}
