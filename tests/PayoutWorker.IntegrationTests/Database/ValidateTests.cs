using System.Text.Json;
using Dapper;
using PayoutWorker.Decisions;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Payouts;

namespace PayoutWorker.IntegrationTests.Database;

/// <summary>payouts.validate says before the INSERT what the program would say after it.</summary>
internal sealed class ValidateTests : SharedDatabaseTest
{
    private static readonly string?[] Accounts =
    [
        "40817810400003869535",
        "40702810400003869535",
        "40802810400003869535",
        "42307810400003869535",
        "40817810400003869536",
        "40820810400003869535",
        "408178104000038695351",
        "",
        null,
        "4081781040000386953A",
        "٤٠٨١٧٨١٠٤٠٠٠٠٣٨٦٩٥٣٥",
        "40817810400003869535\n",
    ];

    private static readonly string?[] Inns =
    [
        null,
        "7707083893",
        "7707083894",
        "500100732259",
        "500100732250",
        "500100732249",
        "77",
        "",
        "77070838٩3",
    ];

    private static readonly string?[] Texts =
    [
        null,
        "",
        "\u00a0\u2003",
        "\u200b",
        "Petrov\nPetr",
        "a\u0085b",
        "a\u007fb",
        "Fee?",
        "Fee!\n",
        new string('я', 200),
        new string('я', 201),
        new string('x', 210),
        new string('x', 211),
        string.Concat(Enumerable.Repeat("\ud83d\ude00", 100)),
        new string('x', 209) + "\ud83d\ude00",
        new string('!', 211),
        "\u3000?",
    ];

    [Test]
    public async Task Generated_orders_are_judged_as_the_program_judges_them([Values] bool checkKeys)
    {
        var random = new Random(20261121);
        var rows = Enumerable.Range(0, 4000).Select(_ => Row(random)).ToArray();
        await using var erp = await Db.Erp.OpenConnectionAsync();
        var said = await erp.QueryAsync<(int Place, string Text)>(
            """
            SELECT r.place::int, v.field || ': ' || v.reason
            FROM unnest(@rows::text[]) WITH ORDINALITY AS r (new_order, place)
            CROSS JOIN LATERAL payouts.validate(r.new_order::jsonb, @checkKeys) AS v
            """,
            new { rows = rows.Select(row => JsonSerializer.Serialize(row)).ToArray(), checkKeys }
        );
        var found = said.ToDictionary(row => row.Place - 1, row => row.Text);

        var expected = rows.Select(row => Requisites.Problem(Order(row), new RequisitesPolicy(checkKeys))).ToArray();
        var wrong = Enumerable.Range(0, rows.Length).Where(i => found.GetValueOrDefault(i) != expected[i]);
        Assert.That(
            wrong.Select(i => $"{found.GetValueOrDefault(i)} / {expected[i]} / {JsonSerializer.Serialize(rows[i])}"),
            Is.Empty
        );
        // The generator reaches the ends of the checks, not only their beginnings.
        Assert.That(expected.Count(problem => problem is null), Is.GreaterThan(20));
        Assert.That(expected.Distinct().Count(), Is.GreaterThan(25));
        Assert.That(expected.Any(problem => problem?.Contains("control digit") == true), Is.EqualTo(checkKeys));
    }

    [TestCase("""{"erp_key":" "}""", "erp_key")]
    [TestCase("""{"erp_key":"k","method":"cash"}""", "method")]
    [TestCase("""{"erp_key":"k","method":"card","flow":"three"}""", "flow")]
    [TestCase("""{"erp_key":"k","method":"card"}""", "amount")]
    [TestCase("""{"erp_key":"k","method":"card","amount":"much"}""", "order")]
    [TestCase("""{"erp_key":"k","method":"card","amount":1,"currency":null}""", "currency")]
    [TestCase("""{"erp_key":"k","method":"card","amount":1,"card_last4":"12"}""", "card_last4")]
    [TestCase("""{"erp_key":"k","method":"card","amount":1,"recipient_account":"4"}""", "recipient_account")]
    [TestCase("""{"erp_key":"k","method":"card","amount":1,"sealed_card":"\\x00"}""", "sealed_card")]
    [TestCase("""{"erp_key":"k","ammount":1}""", "ammount")]
    public async Task What_the_INSERT_would_refuse_is_said_too(string order, string field)
    {
        await using var erp = await Db.Erp.OpenConnectionAsync();
        var found = await erp.QueryAsync<string>("SELECT field FROM payouts.validate(@order::jsonb)", new { order });
        Assert.That(found, Is.EqualTo(new[] { field }));
    }

    // Good values come more often than all bad ones together, or no row would come to the last checks.
    private static Dictionary<string, object?> Row(Random random)
    {
        var row = new Dictionary<string, object?>
        {
            ["erp_key"] = "k",
            ["method"] = random.Next(5) == 0 ? "card" : "account",
            ["amount"] = random.Next(30) == 0 ? random.Next(-1, 1) : 350000,
            ["currency"] = Pick("RUB", ["rub", "USD", "R1B", "ROUBLES8", "ROUBLESANDMORE", ""]),
            ["sender_account"] = Pick("40702810300200000013", Accounts),
            ["recipient_name"] = Pick("Petrov Petr", Texts),
            ["recipient_bik"] = Pick("044525974", ["04452597", "04452597A", "٠٤٤٥٢٥٩٧٤", "", null, "044525971"]),
            ["recipient_inn"] = Inns[random.Next(Inns.Length)],
            ["recipient_kpp"] = Pick("773601001", [null, "77360100", "77360100A"]),
            ["purpose"] = Pick("Fee. VAT exempt", Texts),
        };
        if ((string)row["method"]! == "account")
        {
            row["recipient_account"] = Accounts[random.Next(Accounts.Length)];
            return row;
        }
        row["sealed_card"] = random.Next(4) == 0 ? null : "\\x" + new string('0', 512);
        row["flow"] = random.Next(4) == 0 ? "two_step" : null;
        return row;

        string? Pick(string good, string?[] others) => random.Next(8) > 0 ? good : others[random.Next(others.Length)];
    }

    private static Order Order(Dictionary<string, object?> row)
    {
        var isCard = Text("method") == "card";
        return new Order(
            "k",
            isCard ? Method.Card : Method.Account,
            isCard && Text("flow") is null ? Flow.SingleRequest : Flow.TwoStep,
            new Money((int)row["amount"]!, Text("currency")!),
            Text("sender_account"),
            new Recipient(
                Text("recipient_name"),
                Text("recipient_account"),
                Text("recipient_bik"),
                Text("recipient_inn"),
                Text("recipient_kpp"),
                null
            ),
            Text("purpose"),
            IsFast: false,
            Text("sealed_card") is null ? null : new byte[256],
            null
        );

        string? Text(string column) => (string?)row.GetValueOrDefault(column);
    }
}
