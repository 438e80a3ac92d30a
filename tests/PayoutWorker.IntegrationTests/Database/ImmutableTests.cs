using Dapper;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Payouts;

namespace PayoutWorker.IntegrationTests.Database;

/// <summary>What was approved is what is paid; what happened stays written.</summary>
internal sealed class ImmutableTests : SharedDatabaseTest
{
    public static IEnumerable<string> OrderChanges =>
        [
            "erp_key = 'other'",
            "method = 'card', recipient_account = NULL",
            "flow = 'single_request'",
            "amount = amount + 1",
            "currency = 'USD'",
            "sender_account = '40702810300200000014'",
            "recipient_name = 'Somebody Else'",
            "recipient_account = NULL",
            "recipient_bik = '044525975'",
            "recipient_inn = '1'",
            "recipient_kpp = '1'",
            "purpose = 'another'",
            "is_fast = NOT is_fast",
            "sealed_card = decode(repeat('ab', 256), 'hex')",
            "card_last4 = '0000'",
            "metadata = '{}'",
            "not_before = now()",
            "priority = 5",
            "register_id = 'r'",
            "created_at = now() + interval '1 s'",
            "created_by = 'me'",
        ];

    [TestCaseSource(nameof(OrderChanges))]
    public async Task An_order_is_changed_by_nobody(string change)
    {
        var key = $"k-{Guid.NewGuid():N}";
        var id = await Db.InsertAsync(IsCard(change) ? OrderRow.Card(key) : new OrderRow(key));
        var sql = $"UPDATE payouts.outbox SET {change} WHERE id = {id}";
        await using var owner = await Db.Owner.OpenConnectionAsync();
        Assert.That(Refusal(() => owner.ExecuteAsync(sql)).SqlState, Is.EqualTo("PW001"));
        Assert.That(Refusal(() => Db.ExecuteAsync(sql)).SqlState, Is.EqualTo("PW001"), "the superuser");
        await using var worker = await Db.Worker.OpenConnectionAsync();
        Assert.That(Refusal(() => worker.ExecuteAsync(sql)).SqlState, Is.EqualTo(IsCard(change) ? "PW001" : "42501"));
        await using var erp = await Db.Erp.OpenConnectionAsync();
        Assert.That(Refusal(() => erp.ExecuteAsync(sql)).SqlState, Is.EqualTo("42501"));
    }

    [Test]
    public async Task A_sealed_card_may_be_erased_and_never_comes_back()
    {
        var id = await Db.InsertAsync(OrderRow.Card("card"));
        await using var worker = await Db.Worker.OpenConnectionAsync();
        await worker.ExecuteAsync("UPDATE payouts.outbox SET sealed_card = NULL WHERE id = @id", new { id });
        var again = Refusal(() =>
            worker.ExecuteAsync(
                "UPDATE payouts.outbox SET sealed_card = decode(repeat('00', 256), 'hex') WHERE id = @id",
                new { id }
            )
        );
        Assert.That(again.SqlState, Is.EqualTo("PW001"));
    }

    [TestCase("DELETE FROM payouts.outbox")]
    [TestCase("TRUNCATE payouts.outbox")]
    [TestCase("DELETE FROM payouts.event")]
    [TestCase("UPDATE payouts.event SET why = 'another'")]
    [TestCase("TRUNCATE payouts.event")]
    public async Task Orders_and_history_are_never_taken_away(string sql)
    {
        var id = await Db.PayoutAsync(PayoutState.New);
        await Db.ExecuteAsync(
            "INSERT INTO payouts.event (payout_id, who, to_state, why) VALUES (@id, 'me', 'new', 'because')",
            new { id }
        );
        await using var owner = await Db.Owner.OpenConnectionAsync();
        Assert.That(Refusal(() => owner.ExecuteAsync(sql)).SqlState, Is.EqualTo("PW001"));
        Assert.That(Refusal(() => Db.ExecuteAsync(sql)).SqlState, Is.EqualTo("PW001"), "the superuser");
        await using var worker = await Db.Worker.OpenConnectionAsync();
        Assert.That(Refusal(() => worker.ExecuteAsync(sql)).SqlState, Is.EqualTo("42501"));
    }

    public static IEnumerable<TestCaseData> Results =>
        from old in Enum.GetValues<PayoutState>().Where(state => state.IsFinal())
        from fresh in Enum.GetValues<PayoutState>()
            .Where(state => state.IsFinal() || state == PayoutState.Held)
            .Select(state => state.Text())
            .Append(null)
        where fresh != old.Text()
        select new TestCaseData(old, fresh);

    [TestCaseSource(nameof(Results))]
    public async Task A_result_only_becomes_what_the_program_allows(PayoutState old, string? fresh)
    {
        var id = await Db.PayoutAsync(old);
        var legal = fresh is not null && fresh != "held" && Transitions.Allows(old, PayoutStates.Parse(fresh));
        await using var worker = await Db.Worker.OpenConnectionAsync();
        Task Change() =>
            worker.ExecuteAsync("UPDATE payouts.outbox SET state = @fresh WHERE id = @id", new { fresh, id });
        if (legal)
            await Change();
        else
            Assert.That(Refusal(Change).SqlState, Is.EqualTo("PW002"));
    }

    // Every move that the program refuses is refused by the database, and the other way round.
    [Test]
    public async Task The_database_knows_the_same_legal_moves_as_the_program()
    {
        var open = Enum.GetValues<PayoutState>().Where(state => !state.IsFinal()).ToArray();
        var known = await Db.ListAsync<(string, string)>("SELECT from_state, to_state FROM payouts.legal_move");
        var allowed = Transitions.All.Where(m => open.Contains(m.From) && open.Contains(m.To));
        Assert.That(known, Is.EquivalentTo(allowed.Select(m => (m.From.Text(), m.To.Text()))));
    }

    [Test]
    public async Task An_illegal_move_is_refused_by_the_database_itself()
    {
        var id = await Db.PayoutAsync(PayoutState.Created);
        await using var worker = await Db.Worker.OpenConnectionAsync();
        Task Confirm() =>
            worker.ExecuteAsync("UPDATE payouts.work SET state = 'confirming' WHERE id = @id", new { id });
        Assert.That(Refusal(Confirm).SqlState, Is.EqualTo("PW002"));
    }

    private static bool IsCard(string change) => change.StartsWith("sealed_card", StringComparison.Ordinal);
}
