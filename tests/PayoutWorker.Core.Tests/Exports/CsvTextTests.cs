using System.Text;
using PayoutWorker.Exports;

namespace PayoutWorker.Core.Tests.Exports;

internal sealed class CsvTextTests
{
    [TestCase("plain", "plain")]
    [TestCase("a,b", "\"a,b\"")]
    [TestCase("a;b", "a;b")]
    [TestCase("say \"no\"", "\"say \"\"no\"\"\"")]
    [TestCase("two\r\nlines", "\"two\r\nlines\"")]
    [TestCase(" edges ", "\" edges \"")]
    [TestCase("", "")]
    [TestCase(null, "")]
    [TestCase("Кафе «Ромашка»", "Кафе «Ромашка»")]
    public void A_field_is_quoted_where_RFC_4180_wants_it(string? field, string expected) =>
        Assert.That(Row(new CsvFormat(), field), Is.EqualTo(expected + "\r\n"));

    [TestCase("=1+1")]
    [TestCase("+79991234567")]
    [TestCase("-2+3")]
    [TestCase("@SUM(A1)")]
    [TestCase("＝1")]
    public void What_a_spreadsheet_would_calculate_becomes_text(string field) =>
        Assert.That(Row(new CsvFormat(), field), Is.EqualTo($"'{field}\r\n"));

    [TestCase("\t=1", "'\t=1")]
    [TestCase("\r=1", "\"'\r=1\"")]
    [TestCase("=\"a\",b", "\"'=\"\"a\"\",b\"")]
    public void It_becomes_text_also_behind_white_space_and_inside_quotes(string field, string expected) =>
        Assert.That(Row(new CsvFormat(), field), Is.EqualTo(expected + "\r\n"));

    [TestCase(0L, "0.00")]
    [TestCase(5L, "0.05")]
    [TestCase(350000L, "3500.00")]
    [TestCase(-350001L, "-3500.01")]
    [TestCase(long.MaxValue, "92233720368547758.07")]
    [TestCase(long.MinValue, "-92233720368547758.08")]
    public void Amounts_are_exact_to_the_last_kopeck(long minor, string expected) =>
        Assert.That(Money(new CsvFormat(), minor), Is.EqualTo(expected + "\r\n"));

    [Test]
    public void A_decimal_comma_is_quoted_where_commas_separate() =>
        Assert.That(
            (Money(CsvFormat.Excel, 123456), Money(new CsvFormat(',', ','), 123456)),
            Is.EqualTo(("1234,56\r\n", "\"1234,56\"\r\n"))
        );

    [Test]
    public void Rows_keep_their_fields_also_where_the_first_one_is_empty()
    {
        var text = new CsvText(CsvFormat.Excel);
        text.Field(null);
        text.Money(null);
        text.Field("a;b");
        text.EndRow();
        text.Field("c");
        text.EndRow();
        Assert.That(Encoding.UTF8.GetString(text.Take()), Is.EqualTo(";;\"a;b\"\r\nc\r\n"));
        Assert.That(text.Take(), Is.Empty);
    }

    private static string Row(CsvFormat format, string? field)
    {
        var text = new CsvText(format);
        text.Field(field);
        text.EndRow();
        return Encoding.UTF8.GetString(text.Take());
    }

    private static string Money(CsvFormat format, long? minor)
    {
        var text = new CsvText(format);
        text.Money(minor);
        text.EndRow();
        return Encoding.UTF8.GetString(text.Take());
    }
}
