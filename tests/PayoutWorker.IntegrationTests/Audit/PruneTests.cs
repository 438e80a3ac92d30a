using Dapper;
using Npgsql;
using PayoutWorker.Audit;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Payouts;

namespace PayoutWorker.IntegrationTests.Audit;

/// <summary>What is past its time goes, and nothing else; the audit stays whole.</summary>
internal sealed class PruneTests : AuditTest
{
    private static readonly Retention Year = new(12, 12, 12, 12);
    private static readonly TimeSpan LongAgo = TimeSpan.FromDays(400);

    private const string Left = """
        SELECT format(
            '%s events, %s calls, %s bodies, %s hashes, payee %s, %s confirmed, line %s',
            (SELECT count(*) FROM payouts.event WHERE payout_id = @id),
            (SELECT count(*) FROM payouts.bank_call WHERE payout_id = @id),
            (SELECT count(*) FROM payouts.webhook WHERE payout_id = @id AND body <> ''),
            (SELECT count(*) FROM payouts.webhook WHERE payout_id = @id),
            num_nonnulls(recipient_name, recipient_account, recipient_inn, recipient_kpp, purpose, metadata),
            (SELECT num_nonnulls(confirm_information, echo) FROM payouts.bank_session WHERE payout_id = @id),
            (SELECT num_nonnulls(other_account, purpose) FROM payouts.statement_line WHERE payout_id = @id)
        )
        FROM payouts.outbox WHERE id = @id
        """;

    private const string All = "3 events, 1 calls, 1 bodies, 1 hashes, payee 4, 2 confirmed, line 2";
    private const string Nothing = "0 events, 0 calls, 0 bodies, 1 hashes, payee 0, 0 confirmed, line 0";

    [Test]
    public async Task What_is_past_its_time_goes_and_the_rest_stays()
    {
        var old = await BookedAsync(LongAgo);
        // Its time counts from its last seal, too: this one gets one of today.
        var looked = await BookedAsync(LongAgo);
        await AgeAsync(LongAgo);
        await LookAsync(looked);
        var fresh = await BookedAsync(TimeSpan.Zero);
        Assert.That(await PruneAsync(), Does.StartWith("erased: webhooks of "));
        Assert.That(await LeftAsync(old), Is.EqualTo(Nothing));
        Assert.That(await LeftAsync(fresh), Is.EqualTo(All));
        Assert.That(await LeftAsync(looked), Is.EqualTo(All.Replace("3 events", "4 events", StringComparison.Ordinal)));
        Assert.That(
            await Db.ScalarAsync<string>(
                "SELECT concat_ws(' ', o.amount, o.bank_session_id, s.session_id, o.state) FROM payouts.outbox AS o "
                    + "JOIN payouts.bank_session AS s ON s.payout_id = o.id WHERE o.id = @old",
                new { old }
            ),
            Is.EqualTo($"350000 {Forge.SessionId(old)} paid")
        );
        Assert.That(await PruneAsync(), Is.Null, "twice is once");
        foreach (var id in new[] { old, looked, fresh })
            Assert.That(await FindingsAsync(id), Is.Empty);
        Assert.That(
            await Db.ScalarAsync<string>(
                "SELECT payouts.explain(erp_key) FROM payouts.outbox WHERE id = @old",
                new { old }
            ),
            Does.Contain(" Erased, the last of it at ").And.Contain("payee and purpose")
        );
        // Asked again when their time may have come.
        await Db.ExecuteAsync("UPDATE payouts.prune_later SET look_at = now()");
        await AgeAsync(LongAgo);
        await PruneAsync();
        Assert.That(await LeftAsync(looked), Is.EqualTo(Nothing));
        Assert.That(await LeftAsync(fresh), Is.EqualTo(All));
        foreach (var id in new[] { old, looked, fresh })
            Assert.That(await FindingsAsync(id), Is.Empty);
    }

    [Test]
    public async Task Nothing_goes_by_default()
    {
        var old = await BookedAsync(LongAgo);
        await AgeAsync(LongAgo);
        Assert.That(await PruneAsync(Retention.Everything), Is.Null);
        Assert.That(await LeftAsync(old), Is.EqualTo(All));
    }

    [Test]
    public async Task The_whole_is_still_whole_and_says_what_was_erased()
    {
        var id = await BookedAsync(LongAgo);
        await AgeAsync(LongAgo);
        await PruneAsync();
        var (findings, tally) = await AuditAsync(AuditScope.Everything with { PayoutId = id });
        Assert.That(findings, Is.Empty);
        Assert.That(
            tally.Erased,
            Is.EqualTo(
                new SortedDictionary<string, long>
                {
                    ["calls"] = 1,
                    ["events"] = 1,
                    ["personal"] = 1,
                    ["webhooks"] = 1,
                }
            )
        );
    }

    [TestCase(PayoutState.Held)]
    [TestCase(PayoutState.New)]
    [TestCase(PayoutState.Confirmed)]
    public async Task What_is_open_is_never_touched(PayoutState state)
    {
        var id = await PayoutAsync(state);
        await SealAsync();
        await EndAsync(id, LongAgo);
        await AgeAsync(LongAgo);
        await PruneAsync();
        Assert.That(await EventsAsync(id), Is.EqualTo(3));
        Assert.That(
            await Db.ScalarAsync<string?>("SELECT purpose FROM payouts.outbox WHERE id = @id", new { id }),
            Is.Not.Null
        );
        Assert.That(
            Refusal(() => Mark(Db.Admin, id, "events")).SqlState,
            Is.EqualTo("PW001"),
            "not by the superuser either"
        );
    }

    [Test]
    public async Task What_is_not_sealed_is_never_touched()
    {
        var id = await PayoutAsync();
        await EndAsync(id, LongAgo);
        await PruneAsync();
        Assert.That(await EventsAsync(id), Is.EqualTo(3));
        await SealAsync();
        await AgeAsync(LongAgo);
        await LookAsync(id, seal: false);
        await Db.ExecuteAsync("UPDATE payouts.prune_later SET look_at = now()");
        await PruneAsync();
        Assert.That(await EventsAsync(id), Is.EqualTo(4));
    }

    [Test]
    public async Task The_same_order_under_an_erased_key_is_the_same_and_another_is_an_error()
    {
        var order = new OrderRow($"erased-{Guid.NewGuid():N}") { Metadata = """{"b": 1, "a": [true, null]}""" };
        var id = await EndedAsync(LongAgo, order: order);
        await AgeAsync(LongAgo);
        await PruneAsync();
        Assert.That(
            await Db.ScalarAsync<string?>("SELECT purpose FROM payouts.outbox WHERE id = @id", new { id }),
            Is.Null
        );
        await using var erp = await Db.Erp.OpenConnectionAsync();
        var orNothing = OrderRow.Insert.Replace(
            "RETURNING id",
            "ON CONFLICT (erp_key) DO NOTHING RETURNING id",
            StringComparison.Ordinal
        );
        Assert.That(await erp.ExecuteScalarAsync<long?>(orNothing, order), Is.Null);
        foreach (
            var other in new[]
            {
                order with
                {
                    RecipientAccount = "40817810400003869536",
                },
                order with
                {
                    RecipientName = null,
                },
                order with
                {
                    Purpose = "another",
                },
                order with
                {
                    Metadata = null,
                },
                order with
                {
                    RecipientName = null,
                    RecipientAccount = null,
                    Purpose = null,
                    Metadata = null,
                },
            }
        )
        {
            var refusal = Refusal(() => erp.ExecuteAsync(orNothing, other));
            Assert.That(refusal.SqlState, Is.EqualTo("PW041"));
            Assert.That(refusal.MessageText, Does.EndWith(": payee, purpose or metadata (erased here) differs"));
        }
        Assert.That(
            Refusal(() => erp.ExecuteAsync(orNothing, order with { Amount = 1 })).MessageText,
            Does.EndWith(": amount differs")
        );
    }

    [TestCase("SELECT payouts.prune('events', 1, 10)", "PW044")]
    [TestCase("SELECT payouts.prune('personal', 0, 10)", "PW044")]
    [TestCase("SELECT payouts.prune('personal', NULL, 10)", "PW044")]
    [TestCase("SELECT payouts.prune('everything', 99, 10)", "PW044")]
    [TestCase("UPDATE payouts.retention SET months_min = 1", "42501")]
    [TestCase("UPDATE payouts.outbox SET purpose = NULL", "42501")]
    [TestCase("DELETE FROM payouts.event", "42501")]
    [TestCase("INSERT INTO payouts.erased VALUES (1, 'events', now(), 1, NULL)", "42501")]
    [TestCase("SELECT payouts.take_away('events', '{1}')", "42501")]
    [TestCase("UPDATE payouts.webhook SET body = ''", "42501")]
    [TestCase("INSERT INTO payouts.seal_run VALUES (1, now(), 1, '')", "42501")]
    [TestCase("SELECT payouts.add_run(1, now(), 1, '')", "42501")]
    public async Task The_worker_cannot_erase_early(string sql, string state)
    {
        await using var worker = await Db.Worker.OpenConnectionAsync();
        Assert.That(Refusal(() => worker.ExecuteAsync(sql)).SqlState, Is.EqualTo(state));
    }

    [Test]
    public async Task Nobody_erases_early_or_in_part_whatever_their_rights()
    {
        var id = await BookedAsync(LongAgo);
        foreach (var role in new[] { Db.Owner, Db.Admin })
        {
            Assert.That(Refusal(() => Mark(role, id, "personal")).SqlState, Is.EqualTo("PW001"), "too young");
            await using var connection = await role.OpenConnectionAsync();
            Assert.That(
                Refusal(() =>
                    connection.ExecuteAsync("DELETE FROM payouts.seal WHERE payout_id = @id", new { id })
                ).SqlState,
                Is.EqualTo("PW001")
            );
        }
        await AgeAsync(LongAgo);
        await using var owner = await Db.Owner.OpenConnectionAsync();
        Task Change(string set) => owner.ExecuteAsync($"UPDATE payouts.outbox SET {set} WHERE id = {id}");
        const string Erase = "recipient_name = NULL, recipient_account = NULL, purpose = NULL, metadata = NULL";
        Assert.That(Refusal(() => Change(Erase)).SqlState, Is.EqualTo("PW001"), "without a mark");
        Assert.That(
            Refusal(() => owner.ExecuteAsync($"DELETE FROM payouts.event WHERE payout_id = {id}")).SqlState,
            Is.EqualTo("PW001")
        );
        await Mark(Db.Owner, id, "personal");
        Assert.That(Refusal(() => Change("purpose = NULL")).SqlState, Is.EqualTo("PW001"), "in part");
        Assert.That(Refusal(() => Change($"{Erase}, amount = 1")).SqlState, Is.EqualTo("PW001"), "and more");
        Assert.That(Refusal(() => Change("amount = 1")).SqlState, Is.EqualTo("PW001"));
        await Change(Erase);
        Assert.That(Refusal(() => Change("purpose = 'other'")).SqlState, Is.EqualTo("PW001"), "it does not come back");
        Assert.That(await FindingsAsync(id), Has.Some.Contains("erasure of personal is in no seal"));
    }

    [Test]
    public async Task What_an_outsider_erases_is_found_and_a_mark_for_it_too()
    {
        var id = await BookedAsync(TimeSpan.Zero);
        await TamperAsync("UPDATE payouts.outbox SET purpose = NULL WHERE id = @id", new { id });
        Assert.That(await FindingsAsync(id), Has.Some.EqualTo($"changed: payout {id}, its payee, purpose or metadata"));
    }

    [Test]
    public async Task What_belongs_to_no_payout_goes_too()
    {
        await Db.ExecuteAsync(
            """
            INSERT INTO payouts.webhook (sha256, body, signature, key_id, received_at, applied_at)
            VALUES ('\x01', '\x01', 's', 'k', now() - interval '13 months', now()),
                ('\x02', '\x02', 's', 'k', now() - interval '13 months', NULL), ('\x03', '\x03', 's', 'k', now(), now());
            INSERT INTO payouts.statement (account, day)
            SELECT '40702810300200000099', d::date
            FROM unnest(ARRAY[now() - interval '14 months', now() - interval '13 months', now()]) AS d;
            INSERT INTO payouts.statement_line (account, day, key, side, other_account, purpose)
            SELECT s.account, s.day, 'k', 'credit', '40817810400003869535', 'from a person'
            FROM payouts.statement AS s WHERE s.account = '40702810300200000099'
            """
        );
        await PruneAsync();
        Assert.That(
            await Db.ListAsync<string>(
                "SELECT encode(body, 'hex') FROM payouts.webhook WHERE octet_length(sha256) = 1 ORDER BY sha256"
            ),
            Is.EqualTo(new[] { "", "02", "03" }),
            "what is not applied yet is needed"
        );
        Assert.That(
            await Db.ListAsync<int>(
                "SELECT num_nonnulls(other_account, purpose) FROM payouts.statement_line "
                    + "WHERE account = '40702810300200000099' ORDER BY day"
            ),
            Is.EqualTo(new[] { 0, 0, 2 })
        );
    }

    [Test]
    public async Task A_webhook_that_comes_for_a_payout_whose_webhooks_are_erased_goes_in_its_time()
    {
        var id = await BookedAsync(LongAgo);
        await AgeAsync(LongAgo);
        await PruneAsync();
        await Db.ExecuteAsync(
            """
            INSERT INTO payouts.webhook (sha256, body, signature, key_id, received_at, applied_at, payout_id)
            VALUES ('\x1111', '\x11', 's', 'k', now() - interval '13 months', now(), @id),
                ('\x1212', '\x12', 's', 'k', now(), now(), @id)
            """,
            new { id }
        );
        await PruneAsync();
        Assert.That(await BodiesAsync("'\\x1111', '\\x1212'"), Is.EqualTo(new[] { "", "12" }));
        Assert.That(await FindingsAsync(id), Is.Empty);
    }

    [Test]
    public async Task A_webhook_that_was_not_applied_when_the_pruning_came_by_goes_later()
    {
        var erased = await BookedAsync(LongAgo);
        await AgeAsync(LongAgo);
        await PruneAsync();
        var kept = await SealedAsync();
        await Db.ExecuteAsync(
            """
            INSERT INTO payouts.webhook (sha256, body, signature, key_id, received_at)
            SELECT b || b, b, 's', 'k', now() - interval '13 months'
            FROM unnest(ARRAY['\x21', '\x22', '\x23', '\x24']::bytea[]) AS b
            """
        );
        const string Ours = "'\\x2121', '\\x2222', '\\x2323', '\\x2424'";
        await PruneAsync();
        await PruneAsync();
        Assert.That(await BodiesAsync(Ours), Is.EqualTo(new[] { "21", "22", "23", "24" }), "they are needed");
        await Db.ExecuteAsync(
            """
            UPDATE payouts.webhook SET applied_at = now() WHERE sha256 IN ('\x2121', '\x2222', '\x2323');
            UPDATE payouts.webhook SET payout_id = @erased WHERE sha256 = '\x2222';
            UPDATE payouts.webhook SET payout_id = @kept WHERE sha256 = '\x2323'
            """,
            new { erased, kept }
        );
        await PruneAsync();
        Assert.That(await BodiesAsync(Ours), Is.EqualTo(new[] { "", "", "23", "24" }));
        Assert.That(
            await Db.ListAsync<string>(
                "SELECT encode(h.sha256, 'hex') FROM payouts.webhook_later AS l "
                    + "JOIN payouts.webhook AS h ON h.id = l.webhook_id WHERE octet_length(h.sha256) = 2"
            ),
            Is.EqualTo(new[] { "2424" })
        );
    }

    [Test]
    public async Task A_statement_line_of_a_payout_whose_payee_is_erased_goes_with_its_day()
    {
        var id = await BookedAsync(LongAgo);
        await AgeAsync(LongAgo);
        await PruneAsync();
        await Db.ExecuteAsync(
            """
            UPDATE payouts.retention SET loose_day = '-infinity' WHERE what = 'personal';
            INSERT INTO payouts.statement (account, day) VALUES ('40702810300200000098', now() - interval '15 months');
            INSERT INTO payouts.statement_line (account, day, key, side, other_account, purpose, kind, payout_id)
            SELECT s.account, s.day, 'k', 'credit', '40817810400003869535', 'back', 'return', @id
            FROM payouts.statement AS s WHERE s.account = '40702810300200000098'
            """,
            new { id }
        );
        await PruneAsync();
        Assert.That(
            await Db.ScalarAsync<int>(
                "SELECT num_nonnulls(other_account, purpose) FROM payouts.statement_line WHERE account = '40702810300200000098'"
            ),
            Is.Zero
        );
    }

    [Test]
    public async Task History_that_comes_after_the_history_was_erased_goes_in_its_time_and_the_audit_stays_whole()
    {
        var id = await BookedAsync(LongAgo);
        await AgeAsync(LongAgo);
        await PruneAsync();
        Assert.That(await EventsAsync(id), Is.Zero);
        for (var round = 0; round < 2; round++)
        {
            await LookAsync(id);
            await Db.ExecuteAsync("UPDATE payouts.prune_later SET look_at = now()");
            await PruneAsync();
            Assert.That(await EventsAsync(id), Is.EqualTo(1), "too young");
            await AgeAsync(LongAgo);
            Assert.That(await FindingsAsync(id), Is.Empty);
            await Db.ExecuteAsync("UPDATE payouts.prune_later SET look_at = now()");
            await PruneAsync();
            Assert.That(await EventsAsync(id), Is.Zero);
            Assert.That(await FindingsAsync(id), Is.Empty);
        }
        Assert.That(
            await Db.ScalarAsync<long>("SELECT count(*) FROM payouts.prune_later WHERE payout_id = @id", new { id }),
            Is.Zero
        );
    }

    [Test]
    public async Task An_erased_payee_is_not_paid_again_from_here()
    {
        var id = await EndedAsync(LongAgo, PayoutState.Failed);
        await AgeAsync(LongAgo);
        await PruneAsync();
        var key = await Db.ScalarAsync<string>("SELECT erp_key FROM payouts.outbox WHERE id = @id", new { id });
        await using var ops = await Db.Ops.OpenConnectionAsync();
        await using var transaction = await ops.BeginTransactionAsync();
        await ops.ExecuteAsync("SELECT set_config('payouts.actor', 'anna', true)", transaction: transaction);
        Assert.That(
            Refusal(() => ops.ExecuteAsync("SELECT payouts.reissue(@key, 'why')", new { key }, transaction)).SqlState,
            Is.EqualTo("PW019")
        );
    }

    private static async Task Mark(NpgsqlDataSource role, long id, string what)
    {
        await using var connection = await role.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            INSERT INTO payouts.erased (payout_id, what, at, months, personal)
            SELECT @id, @what, now(), 12, CASE @what WHEN 'personal' THEN payouts.personal_digest(o) END
            FROM payouts.outbox AS o WHERE o.id = @id
            """,
            new { id, what }
        );
    }

    private Task<long> EventsAsync(long id) =>
        Db.ScalarAsync<long>("SELECT count(*) FROM payouts.event WHERE payout_id = @id", new { id });

    private Task<IReadOnlyList<string>> BodiesAsync(string hashes) =>
        Db.ListAsync<string>(
            $"SELECT encode(body, 'hex') FROM payouts.webhook WHERE sha256 IN ({hashes}) ORDER BY sha256"
        );

    private async Task LookAsync(long id, bool seal = true)
    {
        await Db.ExecuteAsync(
            "INSERT INTO payouts.event (payout_id, who, from_state, to_state, why) "
                + "VALUES (@id, 'anna', 'paid', 'paid', 'looked at')",
            new { id }
        );
        if (seal)
            await SealAsync();
    }

    private Task EndAsync(long id, TimeSpan ago) =>
        Db.ExecuteAsync("UPDATE payouts.outbox SET finished_at = now() - @ago WHERE id = @id", new { id, ago });

    private async Task<long> EndedAsync(TimeSpan ago, PayoutState state = PayoutState.Paid, OrderRow? order = null)
    {
        var id = await PayoutAsync(state, order);
        await EndAsync(id, ago);
        await SealAsync();
        return id;
    }

    private Task<string?> PruneAsync(Retention? retention = null) =>
        new PruneJob(Db.Worker, retention ?? Year).RunAsync(CancellationToken.None);

    private Task<string> LeftAsync(long id) => Db.ScalarAsync<string>(Left, new { id });

    private async Task<long> BookedAsync(TimeSpan ago)
    {
        var id = await EndedAsync(ago);
        await Db.ExecuteAsync(
            """
            INSERT INTO payouts.statement_line (account, day, key, side, other_account, purpose, kind, payout_id)
            VALUES ('40702810300200000013', now(), 'k' || @id, 'debit', '40817810400003869535', 'Fee', 'payout', @id)
            """,
            new { id }
        );
        return id;
    }
}
