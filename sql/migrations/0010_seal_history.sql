-- The history sealed: digests of everything that belongs to a payout, in a chain of hashes for each payout; runs that
-- chain all seals in their order; a root for each day. And what is erased after its time, without breaking a chain.

-- Digests are over texts that look the same whatever a session's settings are: a JSON array of texts. They are cut to
-- 128 bits, which nobody finds a second text for; chains keep all 256.

-- A moment in microseconds since 1970; infinity stays a word.
CREATE FUNCTION payouts.micros(at timestamptz) RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT CASE WHEN isfinite(at) THEN (extract(epoch FROM at) * 1000000)::bigint::text ELSE at::text END
$$;

CREATE FUNCTION payouts.digest(fields text[]) RETURNS bytea
LANGUAGE sql STABLE
AS $$
    SELECT substr(sha256(convert_to(array_to_json(fields)::text, 'UTF8')), 1, 16)
$$;

CREATE FUNCTION payouts.chained(fields text[]) RETURNS bytea
LANGUAGE sql STABLE
AS $$
    SELECT sha256(convert_to(array_to_json(fields)::text, 'UTF8'))
$$;

-- What is erased one day. The key is in it, so that one payee has another digest in each order.
CREATE FUNCTION payouts.personal_digest(o payouts.outbox) RETURNS bytea
LANGUAGE sql STABLE
AS $$
    SELECT payouts.digest(ARRAY[
        'personal', o.erp_key, o.recipient_name, o.recipient_account, o.recipient_inn, o.recipient_kpp, o.purpose,
        o.metadata::text
    ])
$$;

CREATE FUNCTION payouts.order_digest(o payouts.outbox) RETURNS bytea
LANGUAGE sql STABLE
AS $$
    SELECT payouts.digest(ARRAY[
        'order', o.erp_key, o.method, o.flow, o.amount::text, o.currency, o.sender_account, o.recipient_bik,
        o.is_fast::text, o.card_last4, payouts.micros(o.not_before), o.priority::text, o.register_id,
        payouts.micros(o.created_at), o.created_by, o.ordered_by, o.reissue_of::text
    ])
$$;

CREATE FUNCTION payouts.result_digest(o payouts.outbox) RETURNS bytea
LANGUAGE sql STABLE
AS $$
    SELECT payouts.digest(ARRAY[
        'result', o.state, o.project, o.bank_session_id, o.bank_payout_id, o.error_code, o.error_text, o.reason,
        o.returned_amount::text, payouts.micros(o.finished_at)
    ])
$$;

-- Each run of the sealer that found something; it alone gives the numbers, without gaps.
CREATE TABLE payouts.seal_run (
    id bigint PRIMARY KEY,
    -- Never before the run before it, whatever the clock does.
    at timestamptz NOT NULL,
    seals integer NOT NULL,
    -- Over the run before it and all its seals by payout and number.
    hash bytea NOT NULL
);

-- A link of a payout's chain: what it covers, by name with a space between, and their digests of 16 bytes each in the
-- same order.
--   o order, p its personal data, r result, eN event, sN session, qN confirm information, hN echo, cN.step call that has
--   no answer yet, aN.step call and its answer, wN webhook, xWHAT an erasure.
CREATE TABLE payouts.seal (
    payout_id bigint NOT NULL,
    run_id bigint NOT NULL,
    n integer NOT NULL,
    items text NOT NULL,
    digests bytea NOT NULL,
    -- Over the link before it and all of the above.
    hash bytea NOT NULL,
    PRIMARY KEY (payout_id, n)
);

CREATE INDEX seal_by_run ON payouts.seal USING brin (run_id) WITH (pages_per_range = 64, autosummarize = on);

-- One row for each day of UTC: whoever keeps a root elsewhere can prove that nothing before it was rewritten.
CREATE TABLE payouts.audit_root (
    day date PRIMARY KEY,
    runs bigint NOT NULL,
    last_run bigint NOT NULL,
    root bytea NOT NULL,
    made_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Everything that is visible in seen is sealed. While a pass is under way: the snapshot that it works towards, the first
-- transaction that it leaves to the next pass (null: none), and the payout that it has come to.
CREATE TABLE payouts.sealed (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    seen pg_snapshot NOT NULL,
    next pg_snapshot,
    below xid8,
    after_payout bigint NOT NULL DEFAULT 0,
    -- What the pass before saw, and when: what is older than that does not rest any longer.
    rested pg_snapshot,
    rested_at timestamptz
);

INSERT INTO payouts.sealed (seen) VALUES ('3:3:');

-- How old what is erased must be at the least, in months, whatever the configuration says; counted from the last seal.
-- For the migrator alone to change. Two orders are compared for 90 days, so the payee stays longer than that.
CREATE TABLE payouts.retention (
    what text PRIMARY KEY,
    months_min integer NOT NULL,
    -- How far the pruning has come: by the end of payouts, and for what belongs to none.
    done_at timestamptz NOT NULL DEFAULT '-infinity',
    done_id bigint NOT NULL DEFAULT 0,
    loose_day date NOT NULL DEFAULT '-infinity',
    loose_id bigint NOT NULL DEFAULT 0,
    CONSTRAINT what_is_known CHECK (what IN ('personal', 'events', 'calls', 'webhooks')),
    CONSTRAINT months_are_enough CHECK (months_min >= CASE what WHEN 'personal' THEN 4 ELSE 1 END)
);

INSERT INTO payouts.retention (what, months_min)
VALUES ('personal', 12), ('events', 12), ('calls', 12), ('webhooks', 3);

-- What was erased of a payout, for ever; sealed in the transaction that erased it, and again when history that came later
-- followed.
CREATE TABLE payouts.erased (
    payout_id bigint NOT NULL,
    what text NOT NULL REFERENCES payouts.retention (what),
    at timestamptz NOT NULL,
    months integer NOT NULL,
    -- Of personal data: its digest, so that the same order under the same key is still known as the same.
    personal bytea,
    PRIMARY KEY (payout_id, what),
    CONSTRAINT personal_data_leaves_its_digest CHECK ((what = 'personal') = (personal IS NOT NULL))
);

-- Past its time when the pruning came by, and not allowed to go yet: looked at again.
CREATE TABLE payouts.prune_later (
    what text NOT NULL,
    payout_id bigint NOT NULL,
    look_at timestamptz NOT NULL,
    PRIMARY KEY (what, payout_id)
);

CREATE INDEX prune_later_due ON payouts.prune_later (what, look_at);

-- Not applied yet when the pruning came by: its body was still needed. Looked at again.
CREATE TABLE payouts.webhook_later (webhook_id bigint PRIMARY KEY);

CREATE FUNCTION payouts.refuse_unsealing() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION 'payouts.%: what is sealed is only ever added to', TG_TABLE_NAME USING ERRCODE = 'PW001';
END
$$;

CREATE TRIGGER seal_is_never_changed BEFORE UPDATE OR DELETE ON payouts.seal
FOR EACH ROW EXECUTE FUNCTION payouts.refuse_unsealing();

CREATE TRIGGER seal_is_never_truncated BEFORE TRUNCATE ON payouts.seal
FOR EACH STATEMENT EXECUTE FUNCTION payouts.refuse_unsealing();

CREATE TRIGGER seal_run_is_never_changed BEFORE UPDATE OR DELETE ON payouts.seal_run
FOR EACH ROW EXECUTE FUNCTION payouts.refuse_unsealing();

CREATE TRIGGER seal_run_is_never_truncated BEFORE TRUNCATE ON payouts.seal_run
FOR EACH STATEMENT EXECUTE FUNCTION payouts.refuse_unsealing();

CREATE TRIGGER audit_root_is_never_changed BEFORE UPDATE OR DELETE ON payouts.audit_root
FOR EACH ROW EXECUTE FUNCTION payouts.refuse_unsealing();

CREATE TRIGGER audit_root_is_never_truncated BEFORE TRUNCATE ON payouts.audit_root
FOR EACH STATEMENT EXECUTE FUNCTION payouts.refuse_unsealing();

CREATE TRIGGER erased_is_never_changed BEFORE UPDATE OR DELETE ON payouts.erased
FOR EACH ROW EXECUTE FUNCTION payouts.refuse_unsealing();

CREATE TRIGGER erased_is_never_truncated BEFORE TRUNCATE ON payouts.erased
FOR EACH STATEMENT EXECUTE FUNCTION payouts.refuse_unsealing();

-- When the next run happens: now, but never before what was sealed already, nor on a day that has its root.
CREATE FUNCTION payouts.seal_time() RETURNS timestamptz
LANGUAGE sql VOLATILE
AS $$
    SELECT greatest(
        clock_timestamp(),
        (SELECT r.at FROM payouts.seal_run AS r ORDER BY r.id DESC LIMIT 1),
        ((SELECT max(a.day) FROM payouts.audit_root AS a) + 1)::timestamp AT TIME ZONE 'UTC'
    )
$$;

-- The roots of the days that are over; no run can fall on them any more.
CREATE FUNCTION payouts.close_days(before date) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    last payouts.audit_root;
    next_day date;
    day_runs bigint;
    day_last bigint;
    day_hash bytea;
    day_root bytea;
BEGIN
    SELECT a.* INTO last FROM payouts.audit_root AS a ORDER BY a.day DESC LIMIT 1;
    next_day := coalesce(
        last.day + 1,
        (SELECT (r.at AT TIME ZONE 'UTC')::date FROM payouts.seal_run AS r ORDER BY r.id LIMIT 1)
    );
    WHILE next_day < before LOOP
        SELECT count(*), coalesce(max(r.id), coalesce(last.last_run, 0)),
            sha256(coalesce(string_agg(r.hash, '' ORDER BY r.id), ''))
        INTO day_runs, day_last, day_hash
        FROM payouts.seal_run AS r
        WHERE r.id > coalesce(last.last_run, 0) AND r.at < (next_day + 1)::timestamp AT TIME ZONE 'UTC';
        day_root := payouts.chained(ARRAY[
            'root', to_char(next_day, 'YYYY-MM-DD'), coalesce(encode(last.root, 'hex'), ''), day_runs::text,
            day_last::text, encode(day_hash, 'hex')
        ]);
        INSERT INTO payouts.audit_root (day, runs, last_run, root) VALUES (next_day, day_runs, day_last, day_root)
        RETURNING * INTO last;
        next_day := next_day + 1;
    END LOOP;
END
$$;

CREATE FUNCTION payouts.add_run(run bigint, stamp timestamptz, seals bigint, hashes bytea) RETURNS void
LANGUAGE sql
AS $$
    INSERT INTO payouts.seal_run (id, at, seals, hash)
    VALUES (run, stamp, seals, payouts.chained(ARRAY[
        'run', run::text, payouts.micros(stamp),
        coalesce((SELECT encode(r.hash, 'hex') FROM payouts.seal_run AS r WHERE r.id = run - 1), ''),
        seals::text, encode(sha256(hashes), 'hex')
    ]))
$$;

-- Is that item among those of a seal, or of several?
CREATE FUNCTION payouts.covers(items text, item text) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
    SELECT strpos(' ' || items || ' ', ' ' || item || ' ') > 0
$$;

-- Was it committed after that snapshot? The first half is what an index can look up.
CREATE FUNCTION payouts.is_fresh(xid xid8, seen pg_snapshot) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
    SELECT xid >= pg_snapshot_xmin(seen) AND NOT pg_visible_in_snapshot(xid, seen)
$$;

-- How many events there are between; it counts no further than that.
CREATE FUNCTION payouts.count_fresh(seen pg_snapshot, above bigint, below xid8, most bigint) RETURNS bigint
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (
        SELECT count(*)
        FROM (
            SELECT FROM payouts.event AS e
            WHERE e.id > above
              AND payouts.is_fresh(e.xid, count_fresh.seen)
              AND (count_fresh.below IS NULL OR e.xid < count_fresh.below)
            LIMIT most
        ) AS f
    );
END
$$;

-- Where to end a pass when more waits than one can take: a transaction before which all have ended, and since the
-- snapshot about that many events. Null where nothing can be cut off.
CREATE FUNCTION payouts.cut_pass(seen pg_snapshot, now_seen pg_snapshot, above bigint, most bigint) RETURNS xid8
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    low constant bigint := pg_snapshot_xmin(seen)::text::bigint;
    fits bigint := low;
    too_far bigint := pg_snapshot_xmin(now_seen)::text::bigint + 1;
    middle bigint;
    found bigint;
BEGIN
    WHILE too_far - fits > 1 LOOP
        middle := (fits + too_far) / 2;
        found := payouts.count_fresh(seen, above, middle::text::xid8, most + 1);
        IF found > most THEN
            too_far := middle;
        ELSE
            fits := middle;
            EXIT WHEN found > most / 2;
        END IF;
    END LOOP;
    -- One transaction may hold more than that; it is taken as a whole.
    fits := greatest(fits, least(low + 1, pg_snapshot_xmin(now_seen)::text::bigint));
    RETURN CASE WHEN fits > low THEN fits::text::xid8 END;
END
$$;

-- Looks at no more payouts than that, and seals what was committed since; says how many events, and whether there may
-- be more. A backlog is taken on in passes of about so many events. Only one seals at a time: for a second one there is
-- nothing to do. What commits late is sealed late and never passed over. History may rest until it is that old, so that
-- most payouts need one seal: it is sealed within twice the time between two calls.
CREATE FUNCTION payouts.seal_history(
    most integer, pass_events integer, rest interval, OUT events_done bigint, OUT more boolean
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp SET plan_cache_mode = force_custom_plan
    -- Whoever calls: each payout looks up its own rows by key, however small a table was when it was last analyzed.
    SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off SET work_mem = '32MB'
AS $$
DECLARE
    before payouts.sealed;
    now_seen pg_snapshot;
    above bigint;
    waiting bigint := 1;
    all_due boolean;
    bound xid8;
    stamp timestamptz;
    run bigint;
    last_payout bigint;
    seals bigint;
    hashes bytea;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'seal_history needs read committed' USING ERRCODE = 'PW043';
    END IF;
    events_done := 0;
    more := false;
    -- Held until the commit, so the next sealer sees these seals.
    IF NOT pg_try_advisory_xact_lock(hashtextextended('payouts.seal', 0)) THEN
        RETURN;
    END IF;
    stamp := payouts.seal_time();
    PERFORM payouts.close_days((stamp AT TIME ZONE 'UTC')::date);
    SELECT s.* INTO before FROM payouts.sealed AS s;
    -- Another worker was here just now; a clock that was set back stops nobody.
    IF before.next IS NULL AND before.rested_at > clock_timestamp() - rest AND before.rested_at <= clock_timestamp() THEN
        RETURN;
    END IF;
    -- Taken before anything is read: what commits in between is found by what was seen, this time or the next.
    now_seen := pg_current_snapshot();
    -- After a dump was loaded into another server its transactions count from elsewhere: look at everything once.
    IF pg_snapshot_xmax(before.seen) > pg_snapshot_xmax(now_seen) THEN
        before.seen := '3:3:';
        before.next := NULL;
        before.below := NULL;
        before.after_payout := 0;
        before.rested := NULL;
    END IF;
    above := payouts.fresh_above(before.seen, now_seen);
    IF before.next IS NULL THEN
        before.next := coalesce(CASE WHEN rest > interval '0' THEN before.rested END, now_seen);
        waiting := payouts.count_fresh(before.seen, above, NULL, pass_events + 1);
        -- What a dump brought is of no transaction here that a pass could be cut at.
        IF waiting > pass_events AND before.seen::text <> '3:3:' THEN
            before.below := payouts.cut_pass(before.seen, now_seen, above, pass_events);
        END IF;
        IF before.below IS NOT NULL THEN
            before.next := format('%1$s:%1$s:', before.below)::pg_snapshot;
            before.rested := NULL;
        END IF;
    END IF;
    all_due := rest <= interval '0' OR before.rested IS NULL;
    -- No row can be of a transaction that has not begun; only a dump brings them, and they were looked at.
    bound := coalesce(before.below, CASE WHEN before.seen::text <> '3:3:' THEN pg_snapshot_xmax(now_seen) END);
    IF waiting > 0 THEN
        SELECT coalesce(max(r.id), 0) + 1 INTO run FROM payouts.seal_run AS r;
        -- One statement, so one snapshot: an event and the result that came with it are seen together.
        WITH fresh AS MATERIALIZED (
            SELECT e.payout_id, e.xid
            FROM payouts.event AS e
            WHERE e.id > above
              AND payouts.is_fresh(e.xid, before.seen)
              AND (bound IS NULL OR e.xid < bound)
              AND e.payout_id > before.after_payout
        ),
        taken AS (
            SELECT f.payout_id
            FROM fresh AS f
            GROUP BY f.payout_id
            HAVING all_due OR bool_or(pg_visible_in_snapshot(f.xid, before.next))
            ORDER BY f.payout_id
            LIMIT most
        ),
        -- What may still change lawfully without a line of history is covered once the payout is final; each later seal
        -- covers it anew.
        link AS (
            SELECT t.payout_id, l.n, l.hash, e.events,
                concat_ws(
                    ' ', CASE WHEN l.n IS NULL AND o.id IS NOT NULL THEN 'o p' END, CASE WHEN f.is_final THEN 'r' END,
                    e.items, s.items, c.items, w.items
                ) AS items,
                CASE
                    WHEN l.n IS NULL AND o.id IS NOT NULL THEN payouts.order_digest(o) || payouts.personal_digest(o)
                    ELSE ''
                END
                || CASE WHEN f.is_final THEN payouts.result_digest(o) ELSE '' END
                || e.digests || coalesce(s.digests, '') || coalesce(c.digests, '') || coalesce(w.digests, '') AS digests
            FROM taken AS t
            LEFT JOIN payouts.outbox AS o ON o.id = t.payout_id
            LEFT JOIN payouts.work AS k ON k.id = t.payout_id
            CROSS JOIN LATERAL (
                SELECT coalesce(
                    o.state IN ('paid', 'failed', 'cancelled', 'rejected', 'returned') AND k.id IS NULL, false
                ) AS is_final
            ) AS f
            CROSS JOIN LATERAL (
                SELECT max(l.n) AS n, (array_agg(l.hash ORDER BY l.n DESC))[1] AS hash, string_agg(l.items, ' ') AS items
                FROM payouts.seal AS l
                WHERE l.payout_id = t.payout_id
            ) AS l
            CROSS JOIN LATERAL (
                SELECT count(*) AS events, string_agg('e' || e.id, ' ') AS items,
                    string_agg(
                        payouts.digest(ARRAY[
                            'event', e.payout_id::text, payouts.micros(e.at), e.who, e.from_state, e.to_state, e.why,
                            e.evidence, e.xid::text
                        ]),
                        ''
                    ) AS digests
                FROM payouts.event AS e
                WHERE e.payout_id = t.payout_id
                  -- Not as a range: the index by payout is the one to take.
                  AND NOT pg_visible_in_snapshot(e.xid, before.seen)
                  AND (l.n IS NULL OR NOT payouts.covers(l.items, 'e' || e.id))
            ) AS e
            CROSS JOIN LATERAL (
                SELECT string_agg(
                        concat_ws(
                            ' ', 's' || b.n, CASE WHEN b.confirm_information IS NOT NULL THEN 'q' || b.n END,
                            CASE WHEN b.echo IS NOT NULL THEN 'h' || b.n END
                        ),
                        ' '
                    ) AS items,
                    string_agg(
                        payouts.digest(ARRAY[
                            'session', b.session_id, b.bank_payout_id, b.state, b.evidence, payouts.micros(b.opened_at)
                        ])
                        || CASE
                            WHEN b.confirm_information IS NULL THEN ''
                            ELSE payouts.digest(ARRAY['confirm_information', b.confirm_information])
                        END
                        || CASE WHEN b.echo IS NULL THEN '' ELSE payouts.digest(ARRAY['echo', b.echo]) END,
                        ''
                    ) AS digests
                FROM payouts.bank_session AS b
                WHERE b.payout_id = t.payout_id AND f.is_final AND e.events > 0
            ) AS s
            CROSS JOIN LATERAL (
                SELECT string_agg(
                        CASE WHEN c.answered_at IS NULL THEN 'c' ELSE 'a' END || c.session_n || '.' || c.step, ' '
                    ) AS items,
                    string_agg(
                        CASE
                            WHEN c.answered_at IS NULL THEN payouts.digest(ARRAY[
                                'call', c.idempotency_key, c.intended_by, payouts.micros(c.intended_at)
                            ])
                            ELSE payouts.digest(ARRAY[
                                'answered', c.idempotency_key, c.intended_by, payouts.micros(c.intended_at),
                                encode(c.body_hash, 'hex'), c.sends::text, payouts.micros(c.last_sent_at), c.outcome,
                                c.http_status::text, c.bank_code, c.bank_text
                            ])
                        END,
                        ''
                    ) AS digests
                FROM payouts.bank_call AS c
                WHERE c.payout_id = t.payout_id AND f.is_final AND e.events > 0
            ) AS c
            CROSS JOIN LATERAL (
                SELECT string_agg('w' || h.id, ' ') AS items,
                    string_agg(
                        payouts.digest(ARRAY[
                            'webhook', encode(h.sha256, 'hex'), h.key_id, payouts.micros(h.received_at)
                        ]),
                        ''
                    ) AS digests
                FROM payouts.webhook AS h
                WHERE h.payout_id = t.payout_id AND f.is_final AND e.events > 0
            ) AS w
            WHERE e.events > 0
        ),
        made AS (
            INSERT INTO payouts.seal (payout_id, run_id, n, items, digests, hash)
            SELECT l.payout_id, run, coalesce(l.n, 0) + 1, l.items, l.digests,
                payouts.chained(ARRAY[
                    'seal', l.payout_id::text, (coalesce(l.n, 0) + 1)::text, coalesce(encode(l.hash, 'hex'), ''),
                    encode(l.digests, 'hex'), l.items
                ])
            FROM link AS l
            ORDER BY l.payout_id
            RETURNING payout_id, n, hash
        ),
        -- History that comes after the history was erased goes in its time, too.
        later AS (
            INSERT INTO payouts.prune_later (what, payout_id, look_at)
            SELECT x.what, x.payout_id, stamp + make_interval(months => x.months)
            FROM link AS l
            JOIN payouts.erased AS x ON x.payout_id = l.payout_id AND x.what = 'events'
            ORDER BY x.payout_id
            ON CONFLICT DO NOTHING
        )
        SELECT
            (SELECT coalesce(sum(l.events), 0) FROM link AS l),
            (SELECT max(t.payout_id) FROM taken AS t),
            (SELECT count(*) FROM taken AS t) = most,
            m.seals, m.hashes
        INTO events_done, last_payout, more, seals, hashes
        FROM (
            SELECT count(*) AS seals, string_agg(m.hash, '' ORDER BY m.payout_id, m.n) AS hashes FROM made AS m
        ) AS m;
    END IF;
    IF events_done > 0 THEN
        PERFORM payouts.add_run(run, stamp, seals, hashes);
    END IF;
    -- With nothing to seal the remembered snapshot is renewed now and then only, or each look would write.
    UPDATE payouts.sealed AS s
    SET seen = CASE WHEN more THEN before.seen ELSE before.next END,
        next = CASE WHEN more THEN before.next END,
        below = CASE WHEN more THEN before.below END,
        after_payout = CASE WHEN more THEN last_payout ELSE 0 END,
        rested = CASE WHEN more THEN before.rested WHEN before.below IS NULL THEN now_seen END,
        rested_at = CASE WHEN more THEN before.rested_at WHEN before.below IS NULL THEN clock_timestamp() END
    WHERE waiting > 0 OR s.next IS NOT NULL
       OR pg_snapshot_xmax(now_seen)::text::numeric - pg_snapshot_xmax(s.seen)::text::numeric
           NOT BETWEEN 0 AND 1000;
    more := more OR before.below IS NOT NULL;
END
$$;

-- May this be erased of this payout, by anybody? It is final, everything of it is sealed, and since the last of that was
-- sealed the months have passed: a time that only the sealer writes.
CREATE FUNCTION payouts.may_erase(payout bigint, kind text, after_months integer) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
    SELECT EXISTS (
        SELECT
        FROM payouts.outbox AS o
        JOIN payouts.retention AS t ON t.what = kind
        CROSS JOIN LATERAL (
            SELECT max(r.at) AS sealed_at
            FROM payouts.seal AS l
            JOIN payouts.seal_run AS r ON r.id = l.run_id
            -- Seals of erasures alone say nothing about how old the rest is.
            WHERE l.payout_id = o.id AND l.items NOT LIKE 'x%'
        ) AS s
        WHERE o.id = payout
          AND o.state IN ('paid', 'failed', 'cancelled', 'rejected', 'returned')
          AND NOT EXISTS (SELECT FROM payouts.work AS w WHERE w.id = o.id)
          AND greatest(o.finished_at, s.sealed_at)
              <= now() - make_interval(months => greatest(t.months_min, after_months))
          AND s.sealed_at IS NOT NULL
          AND NOT EXISTS (
              SELECT
              FROM payouts.event AS e
              WHERE e.payout_id = o.id
                AND NOT EXISTS (
                    SELECT FROM payouts.seal AS l WHERE l.payout_id = o.id AND payouts.covers(l.items, 'e' || e.id)
                )
          )
    )
$$;

CREATE FUNCTION payouts.check_erasure() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
BEGIN
    IF payouts.may_erase(NEW.payout_id, NEW.what, NEW.months) IS NOT TRUE OR NEW.at > clock_timestamp() THEN
        RAISE EXCEPTION 'payouts.erased: % of payout % may not be erased yet', NEW.what, NEW.payout_id
            USING ERRCODE = 'PW001', HINT = 'It is open, or not sealed, or younger than payouts.retention says.';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER erasure_is_due BEFORE INSERT ON payouts.erased
FOR EACH ROW EXECUTE FUNCTION payouts.check_erasure();

-- The one change that an order may see beside its sealed card: its personal data goes, all of it and nothing else, when
-- its time has come, and its digest stays.
CREATE FUNCTION payouts.refuse_order_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
DECLARE
    personal constant text[] := ARRAY[
        'recipient_name', 'recipient_account', 'recipient_inn', 'recipient_kpp', 'purpose', 'metadata'
    ];
BEGIN
    IF num_nonnulls(
            NEW.recipient_name, NEW.recipient_account, NEW.recipient_inn, NEW.recipient_kpp, NEW.purpose, NEW.metadata
        ) = 0
        AND to_jsonb(OLD) - personal = to_jsonb(NEW) - personal
        AND payouts.may_erase(OLD.id, 'personal', 0)
        AND EXISTS (
            SELECT FROM payouts.erased AS x
            WHERE x.payout_id = OLD.id AND x.what = 'personal' AND x.personal = payouts.personal_digest(OLD)
        )
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'payouts.outbox: the order of payout % cannot be changed', OLD.erp_key
        USING ERRCODE = 'PW001', HINT = 'Cancel this payout and insert a new one under a new erp_key.';
END
$$;

CREATE OR REPLACE TRIGGER order_is_immutable
BEFORE UPDATE ON payouts.outbox
FOR EACH ROW
WHEN (
    (OLD.id, OLD.erp_key, OLD.method, OLD.flow, OLD.amount, OLD.currency, OLD.sender_account, OLD.recipient_name,
     OLD.recipient_account, OLD.recipient_bik, OLD.recipient_inn, OLD.recipient_kpp, OLD.purpose, OLD.is_fast,
     OLD.card_last4, OLD.metadata, OLD.not_before, OLD.priority, OLD.register_id, OLD.created_at, OLD.created_by)
    IS DISTINCT FROM
    (NEW.id, NEW.erp_key, NEW.method, NEW.flow, NEW.amount, NEW.currency, NEW.sender_account, NEW.recipient_name,
     NEW.recipient_account, NEW.recipient_bik, NEW.recipient_inn, NEW.recipient_kpp, NEW.purpose, NEW.is_fast,
     NEW.card_last4, NEW.metadata, NEW.not_before, NEW.priority, NEW.register_id, NEW.created_at, NEW.created_by)
    OR (NEW.sealed_card IS NOT NULL AND NEW.sealed_card IS DISTINCT FROM OLD.sealed_card)
)
EXECUTE FUNCTION payouts.refuse_order_change();

-- History goes when its time has come and a mark of it stands; it is never changed.
CREATE FUNCTION payouts.refuse_event_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
BEGIN
    IF TG_OP = 'DELETE'
        AND EXISTS (SELECT FROM payouts.erased AS x WHERE x.payout_id = OLD.payout_id AND x.what = 'events')
        AND payouts.may_erase(OLD.payout_id, 'events', 0)
    THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'payouts.event: the history is only ever added to' USING ERRCODE = 'PW001';
END
$$;

CREATE OR REPLACE TRIGGER event_is_never_changed
BEFORE UPDATE OR DELETE ON payouts.event
FOR EACH ROW
EXECUTE FUNCTION payouts.refuse_event_change();

-- One key, one order, also after its personal data is gone: then the digest is compared. By index, so that a register
-- that is sent again while the table is small is not compared by walks through it.
CREATE OR REPLACE FUNCTION payouts.refuse_other_order() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp SET enable_seqscan = off
AS $$
DECLARE
    other text;
BEGIN
    SELECT string_agg(c.name, ', ') INTO other
    FROM payouts.outbox AS o
    LEFT JOIN payouts.erased AS x ON x.payout_id = o.id AND x.what = 'personal'
    CROSS JOIN LATERAL (
        VALUES
            ('method', o.method IS DISTINCT FROM NEW.method),
            ('flow', o.flow IS DISTINCT FROM NEW.flow),
            ('amount', o.amount IS DISTINCT FROM NEW.amount),
            ('currency', o.currency IS DISTINCT FROM NEW.currency),
            ('sender_account', o.sender_account IS DISTINCT FROM NEW.sender_account),
            ('recipient_name', o.recipient_name IS DISTINCT FROM NEW.recipient_name),
            ('recipient_account', o.recipient_account IS DISTINCT FROM NEW.recipient_account),
            ('recipient_bik', o.recipient_bik IS DISTINCT FROM NEW.recipient_bik),
            ('recipient_inn', o.recipient_inn IS DISTINCT FROM NEW.recipient_inn),
            ('recipient_kpp', o.recipient_kpp IS DISTINCT FROM NEW.recipient_kpp),
            ('purpose', o.purpose IS DISTINCT FROM NEW.purpose),
            ('is_fast', o.is_fast IS DISTINCT FROM NEW.is_fast),
            ('card_last4', o.card_last4 IS DISTINCT FROM NEW.card_last4),
            ('metadata', o.metadata IS DISTINCT FROM NEW.metadata),
            ('not_before', o.not_before IS DISTINCT FROM NEW.not_before),
            ('priority', o.priority IS DISTINCT FROM NEW.priority),
            ('register_id', o.register_id IS DISTINCT FROM NEW.register_id),
            ('ordered_by', o.ordered_by IS DISTINCT FROM NEW.ordered_by),
            (
                'payee, purpose or metadata (erased here)',
                x.payout_id IS NOT NULL AND x.personal IS DISTINCT FROM payouts.personal_digest(NEW)
            )
    ) AS c (name, differs)
    WHERE o.erp_key = NEW.erp_key
      AND c.differs
      AND (
          x.payout_id IS NULL
          OR c.name NOT IN (
              'recipient_name', 'recipient_account', 'recipient_inn', 'recipient_kpp', 'purpose', 'metadata'
          )
      );
    IF other IS NOT NULL THEN
        RAISE EXCEPTION 'another order with the erp_key % is there already: % differs', NEW.erp_key, other
            USING ERRCODE = 'PW041', HINT = 'One document, one key. An order never changes: cancel it and use a new key.';
    END IF;
    -- Whom to pay is not known here any more.
    IF NEW.reissue_of IS NOT NULL AND EXISTS (
        SELECT FROM payouts.erased AS x WHERE x.payout_id = NEW.reissue_of AND x.what = 'personal'
    ) THEN
        RAISE EXCEPTION 'the payee of payout % is erased: the ERP must order it anew', NEW.reissue_of
            USING ERRCODE = 'PW019';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER key_means_one_order
BEFORE INSERT ON payouts.outbox
FOR EACH ROW
WHEN (NEW.reissue_of IS NOT NULL OR payouts.key_is_taken(NEW.erp_key))
EXECUTE FUNCTION payouts.refuse_other_order();

-- Takes what is asked for from those payouts, which are locked and may lose it.
CREATE FUNCTION payouts.take_away(kind text, ids bigint[]) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    CASE kind
        WHEN 'events' THEN
            DELETE FROM payouts.event AS e WHERE e.payout_id = ANY (ids);
        WHEN 'calls' THEN
            DELETE FROM payouts.bank_call AS c WHERE c.payout_id = ANY (ids);
        WHEN 'webhooks' THEN
            -- Its hash stays: the same body again is still the same webhook.
            UPDATE payouts.webhook AS h SET body = '' WHERE h.payout_id = ANY (ids) AND h.body <> '';
        WHEN 'personal' THEN
            UPDATE payouts.outbox AS o
            SET recipient_name = NULL, recipient_account = NULL, recipient_inn = NULL, recipient_kpp = NULL,
                purpose = NULL, metadata = NULL
            WHERE o.id = ANY (ids);
            UPDATE payouts.bank_session AS b SET confirm_information = NULL, echo = NULL WHERE b.payout_id = ANY (ids);
            UPDATE payouts.statement_line AS l SET other_account = NULL, card_last4 = NULL, purpose = NULL
            WHERE l.payout_id = ANY (ids);
    END CASE;
END
$$;

-- What belongs to no payout, or to one whose own is gone already: a day of statement lines, or some webhooks. Returns
-- whether there may be more.
CREATE FUNCTION payouts.prune_loose(kind text, until timestamptz, most integer) RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
    place payouts.retention;
    looked bigint[];
    applied bigint[];
    reached bigint;
    reached_day date;
BEGIN
    SELECT t.* INTO place FROM payouts.retention AS t WHERE t.what = kind;
    IF kind = 'personal' THEN
        SELECT min(s.day) INTO reached_day
        FROM payouts.statement AS s
        WHERE s.day > place.loose_day AND s.day < (until AT TIME ZONE 'UTC')::date;
        UPDATE payouts.statement_line AS l
        SET other_account = NULL, card_last4 = NULL, purpose = NULL
        FROM payouts.statement AS s
        WHERE s.day = reached_day AND l.account = s.account AND l.day = s.day
          -- Of a payout whose own are gone already, too: nobody comes back for them.
          AND (
              l.payout_id IS NULL
              OR EXISTS (SELECT FROM payouts.erased AS x WHERE x.payout_id = l.payout_id AND x.what = place.what)
          )
          AND num_nonnulls(l.other_account, l.card_last4, l.purpose) > 0;
        UPDATE payouts.retention AS t SET loose_day = reached_day WHERE t.what = kind AND reached_day IS NOT NULL;
        RETURN reached_day IS NOT NULL;
    ELSIF kind = 'webhooks' THEN
        SELECT array_agg(o.id), max(o.id) INTO looked, reached
        FROM (
            SELECT h.id, h.received_at
            FROM payouts.webhook AS h
            WHERE h.id > place.loose_id
            ORDER BY h.id
            LIMIT most
        ) AS o
        WHERE o.received_at <= until;
        IF reached IS NULL THEN
            -- At its end it comes back to those that were not applied when it came by.
            SELECT array_agg(l.webhook_id) INTO looked FROM payouts.webhook_later AS l;
        END IF;
        -- Whoever applies one just now keeps it until the next time.
        SELECT array_agg(h.id) INTO applied
        FROM (
            SELECT h.id
            FROM payouts.webhook AS h
            WHERE h.id = ANY (looked) AND h.applied_at IS NOT NULL
            ORDER BY h.id
            FOR UPDATE SKIP LOCKED
        ) AS h;
        UPDATE payouts.webhook AS h
        SET body = ''
        WHERE h.id = ANY (applied) AND h.body <> ''
          AND (
              h.payout_id IS NULL
              OR EXISTS (SELECT FROM payouts.erased AS x WHERE x.payout_id = h.payout_id AND x.what = place.what)
          );
        INSERT INTO payouts.webhook_later (webhook_id)
        SELECT i.id FROM unnest(looked) AS i (id) WHERE i.id <> ALL (coalesce(applied, '{}'))
        ON CONFLICT DO NOTHING;
        DELETE FROM payouts.webhook_later AS l WHERE l.webhook_id = ANY (applied);
        UPDATE payouts.retention AS t SET loose_id = reached WHERE t.what = kind AND reached IS NOT NULL;
        RETURN reached IS NOT NULL;
    END IF;
    RETURN false;
END
$$;

-- Erases what is past its time, of at most that many payouts in the order in which they ended, and seals that it did.
-- after_months adds to what payouts.retention says and never takes from it. more: it has not come to the end.
CREATE FUNCTION payouts.prune(kind text, after_months integer, most integer, OUT pruned bigint, OUT more boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp SET plan_cache_mode = force_custom_plan
    -- The worker's connections are set for statements that name their rows by key; this works on sets.
    SET enable_bitmapscan = on SET enable_hashjoin = on SET enable_memoize = on SET enable_mergejoin = on
    SET enable_seqscan = on
AS $$
DECLARE
    place payouts.retention;
    until timestamptz;
    looked bigint[];
    ids bigint[];
    end_at timestamptz;
    end_id bigint;
    stamp timestamptz;
    run bigint;
    hashes bytea;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'prune needs read committed' USING ERRCODE = 'PW043';
    END IF;
    -- The sealer's lock: this seals too.
    PERFORM pg_advisory_xact_lock(hashtextextended('payouts.seal', 0));
    SELECT t.* INTO place FROM payouts.retention AS t WHERE t.what = kind;
    IF place.what IS NULL OR after_months IS NULL OR after_months < place.months_min THEN
        RAISE EXCEPTION 'retention of %: expected at least % months, got %', kind, place.months_min, after_months
            USING ERRCODE = 'PW044', HINT = 'payouts.retention says how old it must be; the migrator may change that.';
    END IF;
    until := now() - make_interval(months => after_months);
    SELECT array_agg(c.id), max(c.finished_at) INTO looked, end_at
    FROM (
        SELECT o.id, o.finished_at
        FROM payouts.outbox AS o
        WHERE o.finished_at >= place.done_at AND (o.finished_at, o.id) > (place.done_at, place.done_id)
          AND o.finished_at <= until
        ORDER BY o.finished_at, o.id
        LIMIT most
    ) AS c;
    SELECT max(o.id) INTO end_id FROM payouts.outbox AS o WHERE o.id = ANY (looked) AND o.finished_at = end_at;
    more := coalesce(cardinality(looked), 0) = most;
    IF NOT more THEN
        -- In its last batch it comes back to those that were not allowed to go.
        SELECT looked || coalesce(array_agg(l.payout_id), '{}') INTO looked
        FROM (
            SELECT l.payout_id
            FROM payouts.prune_later AS l
            WHERE l.what = kind AND l.look_at <= now()
            ORDER BY l.look_at
            LIMIT most
        ) AS l;
    END IF;
    PERFORM FROM payouts.outbox AS o WHERE o.id = ANY (looked) ORDER BY o.id FOR UPDATE;
    -- A statement of its own, after the locks: what somebody has changed meanwhile is seen.
    SELECT coalesce(array_agg(o.id ORDER BY o.id), '{}') INTO ids
    FROM payouts.outbox AS o
    LEFT JOIN payouts.erased AS x ON x.payout_id = o.id AND x.what = kind
    -- A second time for the history alone, after as many months as the first: its seal names that setting.
    WHERE o.id = ANY (looked) AND payouts.may_erase(o.id, kind, greatest(after_months, x.months))
      AND (x.what IS NULL OR kind = 'events' AND EXISTS (SELECT FROM payouts.event AS e WHERE e.payout_id = o.id));
    DELETE FROM payouts.prune_later AS l WHERE l.what = kind AND l.payout_id = ANY (looked);
    INSERT INTO payouts.prune_later (what, payout_id, look_at)
    SELECT DISTINCT kind, i.id, greatest(
        now() + interval '1 day',
        (
            SELECT max(r.at) FROM payouts.seal AS l JOIN payouts.seal_run AS r ON r.id = l.run_id
            WHERE l.payout_id = i.id AND l.items NOT LIKE 'x%'
        ) + make_interval(months => after_months)
    )
    FROM unnest(looked) AS i (id)
    LEFT JOIN payouts.erased AS x ON x.payout_id = i.id AND x.what = kind
    WHERE i.id <> ALL (ids)
      AND (x.what IS NULL OR kind = 'events' AND EXISTS (SELECT FROM payouts.event AS e WHERE e.payout_id = i.id))
    ON CONFLICT (what, payout_id) DO UPDATE SET look_at = excluded.look_at;
    UPDATE payouts.retention AS t SET done_at = end_at, done_id = end_id WHERE t.what = kind AND end_at IS NOT NULL;
    pruned := cardinality(ids);
    IF pruned > 0 THEN
        stamp := payouts.seal_time();
        PERFORM payouts.close_days((stamp AT TIME ZONE 'UTC')::date);
        INSERT INTO payouts.erased (payout_id, what, at, months, personal)
        SELECT o.id, kind, now(), after_months, CASE kind WHEN 'personal' THEN payouts.personal_digest(o) END
        FROM payouts.outbox AS o
        WHERE o.id = ANY (ids)
        ORDER BY o.id
        ON CONFLICT DO NOTHING;
        PERFORM payouts.take_away(kind, ids);
        SELECT coalesce(max(r.id), 0) + 1 INTO run FROM payouts.seal_run AS r;
        WITH made AS (
            INSERT INTO payouts.seal (payout_id, run_id, n, items, digests, hash)
            SELECT x.payout_id, run, l.n + 1, 'x' || kind, d.digest,
                payouts.chained(ARRAY[
                    'seal', x.payout_id::text, (l.n + 1)::text, encode(l.hash, 'hex'), encode(d.digest, 'hex'),
                    'x' || kind
                ])
            FROM payouts.erased AS x
            CROSS JOIN LATERAL (
                SELECT payouts.digest(ARRAY[
                    'erased', x.what, payouts.micros(x.at), x.months::text, encode(x.personal, 'hex')
                ]) AS digest
            ) AS d
            CROSS JOIN LATERAL (
                SELECT l.n, l.hash FROM payouts.seal AS l WHERE l.payout_id = x.payout_id ORDER BY l.n DESC LIMIT 1
            ) AS l
            WHERE x.what = kind AND x.payout_id = ANY (ids)
            ORDER BY x.payout_id
            RETURNING payout_id, n, hash
        )
        SELECT string_agg(m.hash, '' ORDER BY m.payout_id, m.n) INTO hashes FROM made AS m;
        PERFORM payouts.add_run(run, stamp, pruned, hashes);
    END IF;
    more := more OR payouts.prune_loose(kind, until, most);
END
$$;

-- What still happens with a final payout, and what of it is gone.
CREATE OR REPLACE FUNCTION payouts.last_step(id bigint, state text, may_pay_again boolean) RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT CASE
        WHEN may_pay_again THEN 'Nothing more happens; it may be ordered anew.'
        WHEN state IN ('failed', 'cancelled', 'rejected') THEN 'Nothing more happens. It may not be ordered anew: '
            || CASE
                WHEN EXISTS (SELECT FROM payouts.outbox AS n WHERE n.reissue_of = last_step.id)
                    THEN format(
                        'it was ordered anew as %s.',
                        (SELECT n.erp_key FROM payouts.outbox AS n WHERE n.reissue_of = last_step.id)
                    )
                WHEN EXISTS (
                    SELECT FROM payouts.bank_session AS b
                    WHERE b.payout_id = last_step.id AND b.state IN ('armed', 'paid')
                )
                    THEN 'a session of it at the bank is not proven dead.'
                ELSE 'it was open when the database went back in time; compare with the bank''s statement.'
            END
        ELSE coalesce(
            (
                SELECT 'Nothing more happens, unless money comes back: the bank is asked at '
                    || payouts.moment(r.next_at) || '.'
                FROM payouts.return_watch AS r
                WHERE r.payout_id = last_step.id
            ),
            'Nothing more happens.'
        )
    END
        || coalesce(
            (
                SELECT format(
                    ' Erased, the last of it at %s: %s.',
                    payouts.moment(max(x.at)),
                    string_agg(
                        CASE x.what
                            WHEN 'personal' THEN 'payee and purpose'
                            WHEN 'events' THEN 'history'
                            WHEN 'calls' THEN 'calls'
                            ELSE 'webhooks'
                        END,
                        ', ' ORDER BY x.at, x.what
                    )
                )
                FROM payouts.erased AS x
                WHERE x.payout_id = last_step.id
                HAVING count(*) > 0
            ),
            ''
        )
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA payouts FROM PUBLIC;

REVOKE ALL ON
    payouts.seal, payouts.seal_run, payouts.audit_root, payouts.sealed, payouts.retention, payouts.erased,
    payouts.prune_later, payouts.webhook_later
FROM PUBLIC;

GRANT SELECT ON
    payouts.seal, payouts.seal_run, payouts.audit_root, payouts.sealed, payouts.retention, payouts.erased
TO payouts_worker, payouts_ops, payouts_auditor;

GRANT SELECT (sha256) ON payouts.webhook TO payouts_ops, payouts_auditor;

GRANT EXECUTE ON FUNCTION payouts.seal_history(integer, integer, interval), payouts.prune(text, integer, integer) TO payouts_worker;
