using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PayoutWorker.Audit;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Lab.Postgres;
using PayoutWorker.Payouts;

namespace PayoutWorker.IntegrationTests.Audit;

/// <summary>Payouts with all that belongs to one, sealed, and a superuser who gets past every trigger.</summary>
internal abstract class AuditTest : SharedDatabaseTest
{
    private const string Belongings = """
        INSERT INTO payouts.event (payout_id, who, from_state, to_state, why, evidence)
        VALUES (@id, 'w1', 'new', 'creating', 'create intended', NULL),
            (@id, 'w1', 'creating', 'started', 'the bank answered', 'answer of create'),
            (@id, 'w1', 'started', @state, 'the bank paid it', 'webhook 1');
        INSERT INTO payouts.bank_call (
            payout_id, session_n, step, idempotency_key, body_hash, intended_by, answered_at, outcome, http_status
        )
        VALUES (@id, 1, 'create', 'key' || @id, '\x01', 'w1', now(), 'accepted', 200)
        ON CONFLICT DO NOTHING;
        INSERT INTO payouts.webhook (sha256, body, signature, key_id, payout_id, applied_at)
        VALUES (sha256(('body' || @id)::bytea), ('body' || @id)::bytea, 'signature', 'bank', @id, now());
        UPDATE payouts.bank_session SET confirm_information = '{"a": 1}', echo = '{"b": 2}' WHERE payout_id = @id;
        """;

    // The hashes of the runs are made anew over the new times, and the roots by the next run.
    private const string Past = """
        DELETE FROM payouts.audit_root;
        CREATE TEMP TABLE old AS SELECT id, at - @by AS at, seals FROM payouts.seal_run;
        TRUNCATE payouts.seal_run;
        DO $$
        DECLARE
            o record;
        BEGIN
            FOR o IN SELECT * FROM old ORDER BY id LOOP
                PERFORM payouts.add_run(
                    o.id, o.at, o.seals,
                    (SELECT string_agg(hash, '' ORDER BY payout_id, n) FROM payouts.seal WHERE run_id = o.id)
                );
            END LOOP;
        END
        $$;
        DROP TABLE old
        """;

    protected NpgsqlDataSource Auditor { get; private set; } = null!;

    [OneTimeSetUp]
    public void OpenAuditor() =>
        Auditor = NpgsqlDataSource.Create(Cluster.Server.ConnectionString(Db.Name, PostgresRoles.Auditor));

    [OneTimeTearDown]
    public void CloseAuditor() => Auditor.Dispose();

    /// <summary>A payout in that state with history, session, call and webhook; not sealed yet.</summary>
    protected async Task<long> PayoutAsync(PayoutState state = PayoutState.Paid, OrderRow? order = null)
    {
        order ??= new OrderRow($"P-{Guid.NewGuid():N}") { Metadata = """{"contract": "Ж 12"}""" };
        var id = await Db.PayoutAsync(state, order: order);
        await Db.ExecuteAsync(Belongings, new { id, state = state.Text() });
        return id;
    }

    protected async Task<long> SealedAsync(PayoutState state = PayoutState.Paid, OrderRow? order = null)
    {
        var id = await PayoutAsync(state, order);
        await SealAsync();
        return id;
    }

    protected Task<string?> SealAsync() =>
        new SealJob(Db.Worker, TimeSpan.Zero, TimeProvider.System, NullLogger<SealJob>.Instance).RunAsync(
            CancellationToken.None
        );

    /// <summary>Findings of the whole, or of one payout, as an auditor gets them.</summary>
    protected async Task<IReadOnlyList<string>> FindingsAsync(long? id = null, AuditScope? scope = null) =>
        (await AuditAsync(id is null ? scope : AuditScope.Everything with { PayoutId = id })).Findings;

    protected async Task<(IReadOnlyList<string> Findings, AuditTally Tally)> AuditAsync(AuditScope? scope = null)
    {
        List<string> findings = [];
        var check = new AuditCheck(Auditor, finding => findings.Add(finding.ToString()));
        var tally = await check.RunAsync(scope ?? AuditScope.Everything, CancellationToken.None);
        return (findings, tally);
    }

    /// <summary>Changes rows as somebody who controls the database: no trigger stops it.</summary>
    protected Task TamperAsync(string sql, object? parameters = null) =>
        Db.ExecuteAsync($"BEGIN; SET LOCAL session_replication_role = replica; {sql}; COMMIT", parameters);

    /// <summary>As if everything that is sealed had been sealed that much earlier, lawfully.</summary>
    protected Task AgeAsync(TimeSpan by) => TamperAsync(Past, new { by });
}
