using PayoutWorker.IntegrationTests.Database.Support;

namespace PayoutWorker.IntegrationTests.Database;

internal sealed class MeaninglessRowTests : SharedDatabaseTest
{
    public static IEnumerable<TestCaseData> Meaningless =>
        [
            new(new OrderRow(""), "erp_key_has_1_to_120_characters"),
            new(new OrderRow(" \t"), "erp_key_has_1_to_120_characters"),
            new(new OrderRow(new string('k', 121)), "erp_key_has_1_to_120_characters"),
            new(new OrderRow("k") { Method = "cash" }, "method_is_account_or_card"),
            new(new OrderRow("k") { Flow = "three_step" }, "flow_is_two_step_or_single_request"),
            new(new OrderRow("k") { Amount = 0 }, "amount_is_above_zero_in_minor_units"),
            new(new OrderRow("k") { Amount = -1 }, "amount_is_above_zero_in_minor_units"),
            new(OrderRow.Card("k") with { SealedCard = "4111111111111111"u8.ToArray() }, "card_number_must_be_sealed"),
            new(OrderRow.Card("k") with { RecipientAccount = "4111111111111111" }, "card_number_must_be_sealed"),
            new(OrderRow.Card("k") with { CardLast4 = "4111111111111111" }, "card_last4_is_four_digits"),
        ];

    [TestCaseSource(nameof(Meaningless))]
    public void A_meaningless_row_is_refused_by_a_constraint_that_says_why(OrderRow order, string constraint) =>
        Assert.That(Refusal(() => Db.InsertAsync(order)).ConstraintName, Is.EqualTo(constraint));

    [TestCaseSource(nameof(Clear))]
    public void A_clear_card_number_is_not_quoted_in_the_error(OrderRow order)
    {
        var error = Refusal(() => Db.InsertAsync(order));
        var number = Convert.ToHexStringLower("4111111111111111"u8);
        var said = $"{error.MessageText} {error.Detail} {error.Hint} {error.Where}";
        Assert.That(said, Does.Not.Contain("4111111111111111").And.Not.Contains(number));
    }

    public static IEnumerable<OrderRow> Clear =>
        [
            OrderRow.Card("k") with
            {
                SealedCard = "4111111111111111"u8.ToArray(),
            },
            OrderRow.Card("k") with
            {
                RecipientAccount = "4111111111111111",
            },
            OrderRow.Card("k") with
            {
                CardLast4 = "4111111111111111",
            },
        ];
}
