using Dapper;
using Npgsql;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Payouts;

namespace PayoutWorker.IntegrationTests.Database;

/// <summary>The pages offer what the database does, in every state, and nothing that it refuses.</summary>
internal sealed class OfferedActionTests : SharedDatabaseTest
{
    private static readonly string[] Actions = ["hold", "release", "cancel", "ask", "resolve", "reissue"];

    public static IEnumerable<TestCaseData> Situations =>
        Enum.GetValues<PayoutState>()
            .Where(state => state != PayoutState.Held)
            .Select(state => new TestCaseData(state, null, ""))
            .Concat(
                from kind in new[] { "before_money", "mismatch", "outcome_unknown" }
                from at in Enum.GetValues<PayoutState>()
                where !at.IsFinal() && at != PayoutState.Held
                select new TestCaseData(PayoutState.Held, at, kind)
            );

    [TestCaseSource(nameof(Situations))]
    public async Task What_is_offered_is_done_and_what_is_not_offered_is_refused(
        PayoutState state,
        PayoutState? from,
        string kind
    )
    {
        foreach (var action in Actions)
        {
            var id = await Db.PayoutAsync(state, from, kind);
            var offered = await Db.ScalarAsync<bool>("SELECT @action = ANY (payouts.allowed(@id))", new { action, id });
            var refusal = await RefusalOfAsync(id, action);
            var isIdle =
                (action == "cancel" && state == PayoutState.Cancelling)
                || (action == "hold" && state == PayoutState.Held)
                || (action == "cancel" && from == PayoutState.Cancelling);
            if (offered)
                Assert.That(refusal, Is.Null, action);
            else if (!isIdle)
                Assert.That(refusal, Does.StartWith("PW"), action);
        }
    }

    [Test]
    public async Task What_the_payee_is_erased_of_is_not_offered_anew()
    {
        var id = await Db.PayoutAsync(PayoutState.Failed);
        await Db.ExecuteAsync(
            """
            SET LOCAL session_replication_role = replica;
            INSERT INTO payouts.erased (payout_id, what, at, months, personal)
            SELECT id, 'personal', now(), 12, payouts.personal_digest(o) FROM payouts.outbox AS o WHERE id = @id;
            UPDATE payouts.outbox
            SET recipient_name = NULL, recipient_account = NULL, recipient_inn = NULL, recipient_kpp = NULL,
                purpose = NULL, metadata = NULL
            WHERE id = @id
            """,
            new { id }
        );
        Assert.That(await RefusalOfAsync(id, "reissue"), Is.EqualTo("PW019"));
        Assert.That(await Db.ScalarAsync<bool>("SELECT 'reissue' = ANY (payouts.allowed(@id))", new { id }), Is.False);
    }

    private async Task<string?> RefusalOfAsync(long id, string action)
    {
        var sql = action switch
        {
            "resolve" => "SELECT payouts.resolve(@key, 'paid', 'proof')",
            "reissue" => "SELECT payouts.reissue(@key, 'why')::text",
            _ => $"SELECT payouts.request_{action}(@key, 'why')",
        };
        try
        {
            await ActAsync("olga", sql, id);
            return null;
        }
        catch (PostgresException e)
        {
            return e.SqlState;
        }
    }

    private async Task<string> ActAsync(string person, string sql, long id) =>
        await ActAsync(person, sql, new { key = await KeyAsync(id) });

    private async Task<string> ActAsync(string person, string sql, object parameters)
    {
        await using var ops = await Db.Ops.OpenConnectionAsync();
        await using var transaction = await ops.BeginTransactionAsync();
        await ops.ExecuteAsync("SELECT set_config('payouts.actor', @person, true)", new { person }, transaction);
        var answer = await ops.ExecuteScalarAsync<string>(sql, parameters, transaction);
        await transaction.CommitAsync();
        return answer!;
    }

    private Task<string> KeyAsync(long id) =>
        Db.ScalarAsync<string>("SELECT erp_key FROM payouts.outbox WHERE id = @id", new { id });
}
