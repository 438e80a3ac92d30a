using Dapper;
using Npgsql;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.IntegrationTests.Database;

/// <summary>Everything that a role may do stands here; what does not stand here it must not be able to do.</summary>
internal sealed class RightsTests : SharedDatabaseTest
{
    private const string Granted = """
        WITH role AS (SELECT unnest(ARRAY['payouts_erp', 'payouts_worker', 'payouts_ops', 'payouts_auditor',
                                   'payouts_webhook']) AS r),
        relation AS (
            SELECT oid, relname, relkind FROM pg_class
            WHERE relnamespace = 'payouts'::regnamespace AND relkind IN ('r', 'v', 'm', 'p', 'f')
              AND relname <> 'migration'
        )
        SELECT format('%s %s %s', r, p, relname)
        FROM role, relation,
            unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS p
        WHERE has_table_privilege(r, relation.oid, p)
        UNION ALL
        SELECT format('%s %s %s.%s', r, p, relname, attname)
        FROM role, relation
        JOIN pg_attribute AS a ON a.attrelid = relation.oid AND a.attnum > 0 AND NOT a.attisdropped,
        unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) AS p
        WHERE has_column_privilege(r, relation.oid, a.attnum, p) AND NOT has_table_privilege(r, relation.oid, p)
        UNION ALL
        SELECT format('%s EXECUTE %s', r, proname)
        FROM role, pg_proc AS f
        WHERE f.pronamespace = 'payouts'::regnamespace AND has_function_privilege(r, f.oid, 'EXECUTE')
        UNION ALL
        SELECT format('%s %s %s', r, p, relname)
        FROM role, pg_class AS s, unnest(ARRAY['USAGE', 'SELECT', 'UPDATE']) AS p
        WHERE s.relnamespace = 'payouts'::regnamespace AND relkind = 'S' AND has_sequence_privilege(r, s.oid, p)
        UNION ALL
        SELECT format('%s %s schema', r, p)
        FROM role, unnest(ARRAY['USAGE', 'CREATE']) AS p
        WHERE has_schema_privilege(r, 'payouts', p)
        """;

    private const string Public = """
        SELECT c.oid::regclass || ' ' || a.privilege_type
        FROM pg_class AS c,
            aclexplode(
                coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner))
            ) AS a
        WHERE c.relnamespace = 'payouts'::regnamespace AND c.relkind IN ('r', 'v', 'S') AND a.grantee = 0
        UNION ALL
        SELECT f.oid::regprocedure || ' ' || a.privilege_type
        FROM pg_proc AS f, aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) AS a
        WHERE f.pronamespace = 'payouts'::regnamespace AND a.grantee = 0
        UNION ALL
        SELECT t.attrelid::regclass || '.' || t.attname || ' ' || a.privilege_type
        FROM pg_attribute AS t, aclexplode(t.attacl) AS a
        WHERE t.attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'payouts'::regnamespace) AND a.grantee = 0
        UNION ALL
        SELECT 'schema ' || a.privilege_type
        FROM pg_namespace AS n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) AS a
        WHERE n.nspname = 'payouts' AND a.grantee = 0
        """;

    private const string Calendar = "is_banking_day banking_day calendar_remark expected_date daily_sums";

    private static readonly string[] Tables =
    [
        "alarm",
        "approval",
        "audit_root",
        "bank_call",
        "bank_error",
        "bank_register",
        "bank_register_line",
        "bank_session",
        "bank_terms",
        "calendar_day",
        "calendar_year",
        "daily_books",
        "data_key",
        "difference",
        "difference_note",
        "differences",
        "erased",
        "event",
        "expected",
        "gap",
        "installation",
        "legal_move",
        "money_limit",
        "node",
        "outbox",
        "personal_view",
        "resolution",
        "retention",
        "return_watch",
        "seal",
        "seal_run",
        "sealed",
        "statement",
        "statement_line",
        "status",
        "switch",
        "webhook",
        "work",
    ];

    private static IEnumerable<string> Allowed =>
        [
            "payouts_erp USAGE schema",
            .. Each("payouts_erp SELECT", "status differences daily_books registers changes"),
            .. Each("payouts_erp SELECT", "expected calendar_year calendar_day bank_terms"),
            .. Each("payouts_erp EXECUTE", Calendar),
            .. Columns("payouts_erp SELECT outbox", "id erp_key"),
            .. Columns(
                "payouts_erp INSERT outbox",
                "erp_key method flow amount currency sender_account recipient_name recipient_account recipient_bik "
                    + "recipient_inn recipient_kpp purpose is_fast sealed_card card_last4 metadata not_before priority "
                    + "register_id ordered_by"
            ),
            .. Each(
                "payouts_erp EXECUTE",
                "request_cancel request_hold request_release request_register explain validate preflight "
                    + "key_is_taken"
            ),
            "payouts_worker USAGE schema",
            .. Tables.Where(table => table != "personal_view").Select(table => $"payouts_worker SELECT {table}"),
            .. Each(
                "payouts_worker INSERT",
                "bank_session bank_call webhook event switch alarm return_watch node "
                    + "statement statement_line difference data_key"
            ),
            .. Columns("payouts_worker UPDATE data_key", "kek_id wrapped"),
            .. Each("payouts_worker INSERT", "bank_register bank_register_line"),
            .. Each("payouts_worker UPDATE", "work return_watch node bank_register bank_register_line"),
            .. Each("payouts_worker DELETE", "work return_watch node bank_register bank_register_line"),
            .. Each("payouts_worker EXECUTE", Calendar + " first_id_since"),
            .. Columns(
                "payouts_worker UPDATE outbox",
                "state project bank_session_id bank_payout_id error_code error_text reason returned_amount "
                    + "finished_at sealed_card"
            ),
            .. Columns(
                "payouts_worker UPDATE bank_session",
                "session_id bank_payout_id state evidence confirm_information echo"
            ),
            .. Columns(
                "payouts_worker UPDATE bank_call",
                "body_hash sends intended_by last_sent_at answered_at outcome http_status bank_code bank_text "
                    + "duration_ms"
            ),
            .. Columns("payouts_worker UPDATE webhook", "due_at type session_id payout_id outcome applied_at"),
            .. Columns("payouts_worker UPDATE alarm", "times last_at text"),
            .. Columns(
                "payouts_worker UPDATE statement",
                "due_at attempts problem opening closing debit credit adds_up closed compared_at runs"
            ),
            .. Columns("payouts_worker UPDATE statement_line", "kind payout_id gone_at"),
            .. Columns(
                "payouts_worker UPDATE difference",
                "payout_id payment_id there here text state explained_by explained_at why by_itself"
            ),
            .. Each(
                "payouts_worker EXECUTE",
                "bank_ref bank_ref is_any_stopped is_stopped lock_payouts in_gap open_gap explain stop request_reconcile note_refused_webhooks "
                    + "publish_changes seal_history prune sized content_hash kept_card_digest reserve_limits"
            ),
            "payouts_webhook USAGE schema",
            .. Columns("payouts_webhook INSERT webhook", "sha256 body signature key_id"),
            .. Columns("payouts_webhook INSERT data_key", "id kek_id wrapped"),
            "payouts_webhook EXECUTE note_refused_webhooks",
            .. new[] { "payouts_ops", "payouts_auditor" }.SelectMany(Readers),
            .. Each(
                "payouts_ops EXECUTE",
                "actor request_cancel request_hold request_release request_ask request_each stop resume release_gap "
                    + "override_gap resolve reissue acknowledge read_webhook record_view in_gap is_stopped bank_ref "
                    + "request_reconcile own_difference explain_difference "
                    + "validate preflight request_register "
                    + "approve withdraw_approval approve_register set_approval_rule end_approval_rule set_money_limit "
                    + "end_money_limit"
            ),
            .. Each("payouts_ops EXECUTE", "assign_difference note_difference reopen_difference"),
        ];

    private static IEnumerable<string> Readers(string role) =>
        [
            $"{role} USAGE schema",
            .. Each(
                $"{role} SELECT",
                "alarm bank_call bank_session event gap node personal_view resolution return_watch status switch work "
                    + "statement statement_line difference differences daily_books registers changes "
                    + "approval_rule approval approvals approval_registers money_limit limit_usage limit_counted limit_hold "
                    + "seal seal_run audit_root sealed retention erased"
            ),
            .. Columns(
                $"{role} SELECT outbox",
                "id erp_key method flow amount currency sender_account recipient_name recipient_account recipient_bik "
                    + "recipient_inn recipient_kpp purpose is_fast card_last4 metadata not_before priority register_id "
                    + "created_at created_by state project bank_session_id bank_payout_id error_code error_text reason "
                    + "returned_amount finished_at reissue_of ordered_by"
            ),
            .. Columns(
                $"{role} SELECT webhook",
                "id received_at due_at type session_id payout_id outcome applied_at key_id sha256"
            ),
            .. Each(
                $"{role} EXECUTE",
                "explain first_id_since allowed sized content_hash kept_card_digest register_hash"
            ),
            .. Each(
                $"{role} SELECT",
                "expected calendar_year calendar_day bank_terms difference_note bank_register bank_register_line"
            ),
            .. Each($"{role} EXECUTE", Calendar),
        ];

    [Test]
    public async Task Each_role_may_do_what_stands_here_and_nothing_else() =>
        Assert.That(await Db.ListAsync<string>(Granted), Is.EquivalentTo(Allowed));

    [Test]
    public async Task Everybody_else_may_do_nothing() => Assert.That(await Db.ListAsync<string>(Public), Is.Empty);

    [TestCase("SELECT * FROM payouts.outbox")]
    [TestCase("SELECT amount FROM payouts.outbox")]
    [TestCase("SELECT FROM payouts.work")]
    [TestCase("SELECT body FROM payouts.webhook")]
    [TestCase("INSERT INTO payouts.outbox (erp_key, method, amount, state) VALUES ('k', 'account', 1, 'paid')")]
    [TestCase("INSERT INTO payouts.outbox (erp_key, method, amount, created_by) VALUES ('k', 'account', 1, 'you')")]
    [TestCase("INSERT INTO payouts.work (id, due_at, method, flow, priority) VALUES (9, now(), 'card', 'two_step', 0)")]
    [TestCase("UPDATE payouts.outbox SET amount = 1")]
    [TestCase("DELETE FROM payouts.outbox")]
    [TestCase("SELECT payouts.resume('all', '', 'why')")]
    [TestCase("SELECT payouts.stop('all', '', 'why')")]
    [TestCase("SELECT payouts.lock_for_request('k')")]
    [TestCase("SELECT payouts.bank_ref('k')")]
    [TestCase("SELECT FROM payouts.statement_line")]
    [TestCase("SELECT payouts.explain_difference(1, 'why')")]
    [TestCase("SELECT payouts.approve('k', '', 'why')")]
    [TestCase("SELECT * FROM payouts.approve_register('r', 'RUB', '', 'why')")]
    [TestCase("SELECT payouts.end_money_limit(1, 'why')")]
    [TestCase("SELECT FROM payouts.approvals")]
    public async Task The_erp_is_refused(string sql)
    {
        await using var erp = await Db.Erp.OpenConnectionAsync();
        Assert.That(
            Refusal(() => erp.ExecuteAsync(sql)).SqlState,
            Is.EqualTo(PostgresErrorCodes.InsufficientPrivilege)
        );
    }

    [TestCase("UPDATE payouts.outbox SET amount = 1")]
    [TestCase("UPDATE payouts.bank_call SET idempotency_key = 'another'")]
    [TestCase("UPDATE payouts.webhook SET body = ''")]
    [TestCase("INSERT INTO payouts.outbox (erp_key, method, amount) VALUES ('k', 'account', 1)")]
    [TestCase("INSERT INTO payouts.bank_error (code, class, note) VALUES ('a', 'fail', '')")]
    [TestCase("UPDATE payouts.switch SET resumed_at = now()")]
    [TestCase("SELECT payouts.resume('all', '', 'why')")]
    [TestCase("UPDATE payouts.statement_line SET amount = 1")]
    [TestCase("DELETE FROM payouts.difference")]
    [TestCase("SELECT payouts.explain_difference(1, 'why')")]
    [TestCase("SELECT payouts.approve('k', '', 'why')")]
    [TestCase("UPDATE payouts.approval SET approved_by = 'you'")]
    [TestCase("DELETE FROM payouts.limit_usage")]
    [TestCase("CREATE TABLE payouts.mine (a int)")]
    public async Task The_worker_is_refused(string sql)
    {
        await using var worker = await Db.Worker.OpenConnectionAsync();
        Assert.That(
            Refusal(() => worker.ExecuteAsync(sql)).SqlState,
            Is.EqualTo(PostgresErrorCodes.InsufficientPrivilege)
        );
    }

    [TestCaseSource(nameof(RefusedToTheEndpoint))]
    public async Task The_webhook_endpoint_is_refused(string sql)
    {
        await using var webhook = await Db.Webhook.OpenConnectionAsync();
        Assert.That(
            Refusal(() => webhook.ExecuteAsync(sql)).SqlState,
            Is.EqualTo(PostgresErrorCodes.InsufficientPrivilege)
        );
    }

    // Every verb on every table, and what a break-in would try on the one that it may write to.
    private static IEnumerable<string> RefusedToTheEndpoint =>
        [
            .. Tables
                .Concat([
                    "migration",
                    "registers",
                    "changes",
                    "late_change",
                    "publication",
                    "published",
                    "approval_rule",
                    "approvals",
                    "approval_registers",
                    "limit_usage",
                    "limit_counted",
                    "limit_hold",
                    "prune_later",
                    "webhook_later",
                ])
                .SelectMany(table =>
                    // What cannot be done to a view at all is refused for that.
                    table
                        is "status"
                            or "registers"
                            or "changes"
                            or "differences"
                            or "daily_books"
                            or "expected"
                            or "approvals"
                            or "approval_registers"
                        ? new[] { $"SELECT FROM payouts.{table}" }
                        : [$"SELECT FROM payouts.{table}", $"DELETE FROM payouts.{table}", $"TRUNCATE payouts.{table}"]
                ),
            "UPDATE payouts.webhook SET body = ''",
            "UPDATE payouts.work SET due_at = now()",
            "INSERT INTO payouts.outbox (erp_key, method, amount) VALUES ('k', 'account', 1)",
            "INSERT INTO payouts.webhook (sha256, body, signature, key_id, applied_at) VALUES ('', '', '', '', now())",
            "INSERT INTO payouts.webhook (sha256, body, signature, key_id) VALUES ('', '', '', '') RETURNING id",
            "INSERT INTO payouts.alarm (kind, subject, text) VALUES ('a', 'b', 'c')",
            "SELECT payouts.explain('k')",
            "SELECT payouts.stop('all', '', 'why')",
            "SET ROLE payouts_worker",
        ];

    [Test]
    public async Task The_webhook_endpoint_stores_a_webhook_once_and_notes_refusals()
    {
        var store = new PostgresStore(Db.Webhook, "endpoint", TimeSpan.FromDays(1));
        for (var i = 0; i < 2; i++)
            await store.AddWebhookAsync(new RawWebhook([1, 2, 3], [4], "signature", "key"));
        Assert.That(
            await Db.ScalarAsync<long>("SELECT count(*) FROM payouts.webhook WHERE sha256 = '\\x010203'"),
            Is.EqualTo(1)
        );
        await using var endpoint = await Db.Webhook.OpenConnectionAsync();
        foreach (var refused in new[] { 3, 5 })
            await endpoint.ExecuteAsync(Sql.Text("note_refused_webhooks"), new { refused });
        Assert.That(
            await Db.ListAsync<string>("SELECT kind || ' ' || times || ': ' || text FROM payouts.alarm"),
            Is.EqualTo(new[] { $"{AlarmKind.BadSignature} 2: 5 webhooks without a good signature were refused" })
        );
    }

    [Test]
    public async Task The_endpoint_s_check_finds_nothing_wrong_with_its_own_role_alone()
    {
        Assert.That(await WrongAsync(Db.Webhook), Is.Empty);
        Assert.That(await WrongAsync(Db.Worker), Has.Member("may SELECT payouts.outbox"));
        Assert.That(await WrongAsync(Db.Erp), Has.Member("lacks INSERT on payouts.webhook.body"));
    }

    private static async Task<IEnumerable<string>> WrongAsync(NpgsqlDataSource role)
    {
        await using var connection = await role.OpenConnectionAsync();
        return await connection.QueryAsync<string>(Sql.Text("read_wrong_webhook_rights"));
    }

    [TestCase("SELECT sealed_card FROM payouts.outbox")]
    [TestCase("SELECT body FROM payouts.webhook")]
    [TestCase("INSERT INTO payouts.outbox (erp_key, method, amount) VALUES ('k', 'account', 1)")]
    [TestCase("UPDATE payouts.outbox SET state = 'paid'")]
    [TestCase("UPDATE payouts.work SET due_at = now()")]
    [TestCase("UPDATE payouts.alarm SET acknowledged_at = now()")]
    [TestCase("INSERT INTO payouts.event (payout_id, who, to_state, why) VALUES (1, 'you', 'paid', '')")]
    [TestCase("INSERT INTO payouts.switch (scope, stopped_by, reason) VALUES ('all', 'you', '')")]
    [TestCase("SELECT payouts.open_gap('why')")]
    [TestCase("SET ROLE payouts_worker")]
    public async Task The_pages_are_refused(string sql)
    {
        await using var ops = await Db.Ops.OpenConnectionAsync();
        Assert.That(
            Refusal(() => ops.ExecuteAsync(sql)).SqlState,
            Is.EqualTo(PostgresErrorCodes.InsufficientPrivilege)
        );
    }

    private static IEnumerable<string> Columns(string grant, string columns) =>
        columns.Split(' ').Select(column => $"{grant}.{column}");

    private static IEnumerable<string> Each(string grant, string names) =>
        names.Split(' ').Select(name => $"{grant} {name}");
}
