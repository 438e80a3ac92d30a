-- Takes due payouts for one worker: a lease, a raised fence, and for a new two-step payout the intent of create.
-- Rows that a stop covers are passed over where their next act is a call that could lead to money. The switch lock is
-- shared, and taken by a statement of its own so that the claim looks after it: a stop that has returned is seen by
-- every claim after it, and counts every create before it.
-- A look all the way passes over all that was taken before and cannot be cleaned up yet, so not every look goes that far:
-- see Lookback.
SELECT pg_advisory_xact_lock_shared(hashtextextended('payouts.switch', 0))::text;

WITH route AS (
    SELECT * FROM unnest(@route_methods::text[], @route_accounts::text[], @route_projects::text[])
        AS r (method, account, project)
),
-- Projects with enough payouts between create and confirm: 100,000 creates must not run ahead of their confirms.
full_project AS (
    SELECT w.project
    FROM payouts.work AS w
    WHERE w.state IN ('creating', 'created', 'starting', 'initiating', 'started', 'ready', 'confirming')
      AND @all_the_way::boolean
    GROUP BY w.project
    HAVING count(*) >= @in_progress_max
    UNION ALL
    -- As the last look all the way found them.
    SELECT * FROM unnest(@full_projects::text[])
),
-- Each state has its share of the free slots, so that no class starves another.
going AS (
    SELECT p.*
    FROM unnest(@states::text[], @shares::int[]) AS s (state, share)
    CROSS JOIN LATERAL (
        SELECT w.id, w.state, w.project, w.priority, w.due_at, false AS create_now, false AS unused
        FROM payouts.work AS w
        WHERE w.state = s.state
          AND w.state <> 'new'
          AND w.due_at > now() - @look_back::interval
          AND w.due_at <= now() - @overdue::interval
          AND w.claims BETWEEN @claims_min AND @claims_max
          AND (
              w.state NOT IN ('creating', 'created', 'ready')
              OR w.cancel
              OR w.hold
              OR NOT (SELECT payouts.is_any_stopped())
              OR NOT payouts.is_stopped(w.project, w.sender_account, w.method)
              -- After a restore they are asked about: they may be further than this table knows.
              OR (w.state IN ('created', 'ready') AND payouts.in_gap())
          )
          AND NOT coalesce(w.project = ANY (@paused_projects::text[]), false)
        ORDER BY w.due_at
        LIMIT s.share
        FOR UPDATE SKIP LOCKED
    ) AS p
),
fresh AS (
    SELECT
        w.id,
        w.state,
        r.project,
        w.priority,
        w.due_at,
        w.flow = 'two_step' AND r.project IS NOT NULL AND NOT w.cancel AND NOT w.hold
            AND s.session_id IS NULL AS create_now,
        -- The same key again until the bank is known to know it, by a session or by its own word that it does.
        s.n IS NOT NULL AND c.may_be_unknown IS TRUE AS unused
    FROM payouts.work AS w
    CROSS JOIN LATERAL (
        -- Stored at the first claim; from then on no route changes it.
        SELECT
            coalesce(
                w.project,
                (
                    SELECT route.project
                    FROM route
                    WHERE route.method = w.method AND (route.account = w.sender_account OR route.account = '')
                    ORDER BY route.account DESC
                    LIMIT 1
                )
            ) AS project
    ) AS r
    -- Sought for each payout, as the limits make sure: joined as sets they may be planned as a walk through all sessions
    -- and calls there ever were.
    LEFT JOIN LATERAL (
        SELECT b.n, b.session_id
        FROM payouts.bank_session AS b
        WHERE b.payout_id = w.id AND b.n = w.session_n AND b.state = 'empty'
        LIMIT 1
    ) AS s ON true
    LEFT JOIN LATERAL (
        SELECT (b.outcome = 'refused' AND b.bank_code = 'idempotency_key_already_exists') IS NOT TRUE AS may_be_unknown
        FROM payouts.bank_call AS b
        WHERE b.payout_id = w.id AND b.session_n = w.session_n AND b.step = 'create'
        LIMIT 1
    ) AS c ON true
    WHERE w.state = 'new'
      -- As the index says it.
      AND w.due_at < 'infinity'
      AND (w.due_at, w.id) > (@after_due::timestamptz, @after_id::bigint)
      AND w.due_at <= now() - @overdue::interval
      -- What waits for approval is taken to be cancelled or held, and for nothing else.
      AND (w.approval IS DISTINCT FROM 'awaited' OR w.cancel OR w.hold)
      AND w.claims BETWEEN @claims_min AND @claims_max
      AND (
          w.cancel
          OR w.hold
          OR NOT (SELECT payouts.is_any_stopped())
          OR NOT payouts.is_stopped(r.project, w.sender_account, w.method)
      )
      AND NOT coalesce(r.project = ANY (@paused_projects::text[]), false)
      AND NOT EXISTS (SELECT FROM full_project AS f WHERE f.project = r.project)
    ORDER BY w.priority DESC, w.due_at, w.id
    LIMIT greatest(@slots - (SELECT count(*) FROM going), @new_min)
    FOR UPDATE OF w SKIP LOCKED
),
taken AS (
    SELECT * FROM going
    UNION ALL
    SELECT * FROM fresh
    LIMIT @taken_max
),
claimed AS (
    UPDATE payouts.work AS w
    SET owner = @owner,
        fence = w.fence + 1,
        claims = w.claims + 1,
        due_at = now() + @lease::interval,
        project = coalesce(w.project, t.project),
        state = CASE WHEN t.create_now THEN 'creating' ELSE w.state END,
        state_since = CASE WHEN t.create_now THEN now() ELSE w.state_since END,
        session_n = w.session_n + (t.create_now AND NOT t.unused)::int
    FROM taken AS t
    WHERE w.id = t.id
    RETURNING w.id, t.state AS found, t.priority, t.due_at, w.session_n, t.create_now
),
session AS (
    INSERT INTO payouts.bank_session (payout_id, n, state)
    SELECT c.id, c.session_n, 'empty' FROM claimed AS c WHERE c.create_now
    ON CONFLICT DO NOTHING
),
call AS (
    INSERT INTO payouts.bank_call AS b (payout_id, session_n, step, idempotency_key, intended_by)
    SELECT c.id, c.session_n, 'create', payouts.bank_ref(i.id, o.erp_key) || ':create:' || c.session_n, @owner
    FROM claimed AS c
    JOIN payouts.outbox AS o ON o.id = c.id
    CROSS JOIN payouts.installation AS i
    WHERE c.create_now
    ON CONFLICT (payout_id, session_n, step) DO UPDATE
    SET sends = b.sends + 1,
        last_sent_at = now(),
        intended_by = excluded.intended_by,
        answered_at = NULL,
        outcome = NULL,
        http_status = NULL,
        bank_code = NULL,
        bank_text = NULL,
        duration_ms = NULL
),
history AS (
    INSERT INTO payouts.event (payout_id, who, from_state, to_state, why)
    SELECT c.id, @owner, 'new', 'creating', 'create intended' FROM claimed AS c WHERE c.create_now
)
SELECT
    c.id, c.found, c.priority, c.due_at AS due,
    (SELECT array_agg(f.project) FROM full_project AS f) AS fullprojects
FROM claimed AS c;
