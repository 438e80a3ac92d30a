-- What the operators' pages read and ask for beyond what the ERP may: links, indexes, functions, and their rights.

CREATE TRIGGER reissue_link_is_immutable
BEFORE UPDATE OF reissue_of ON payouts.outbox
FOR EACH ROW
WHEN (OLD.reissue_of IS DISTINCT FROM NEW.reissue_of)
EXECUTE FUNCTION payouts.refuse_change();

-- The last day by hours, and today by states, without a walk through history: all that it needs stands in the index.
CREATE INDEX outbox_by_finish ON payouts.outbox (finished_at) INCLUDE (state, amount, currency)
WHERE finished_at IS NOT NULL;

-- What did not end as paid is rare, so it is found by state; what was paid is found anywhere.
CREATE INDEX outbox_by_state ON payouts.outbox (state, id) WHERE state <> 'paid';

CREATE INDEX outbox_by_register ON payouts.outbox (register_id, id) WHERE register_id IS NOT NULL;

CREATE INDEX outbox_by_payee ON payouts.outbox (recipient_account, id) WHERE recipient_account IS NOT NULL;

CREATE INDEX webhook_by_payout ON payouts.webhook (payout_id) WHERE payout_id IS NOT NULL;

-- A column that no update touches, so that answers are still written in place.
CREATE INDEX bank_call_by_time ON payouts.bank_call USING brin (intended_at) WITH (pages_per_range = 16);

ALTER TABLE payouts.alarm ADD COLUMN acknowledge_reason text;

-- A gap may be released over the bank's refusal to show some sessions, by two people.
ALTER TABLE payouts.gap
    ADD COLUMN override_by text,
    ADD COLUMN override_at timestamptz,
    ADD COLUMN override_reason text,
    ADD COLUMN overridden boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT a_second_person_overrides CHECK (NOT overridden OR lower(override_by) <> lower(released_by));

-- The first id that was inserted at that time or later, found by halving: ids and times grow together, so that dates
-- need no index of their own.
CREATE FUNCTION payouts.first_id_since(since timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    low bigint := coalesce((SELECT min(o.id) FROM payouts.outbox AS o), 1);
    high bigint := coalesce((SELECT max(o.id) FROM payouts.outbox AS o), 0) + 1;
    middle bigint;
    inserted timestamptz;
BEGIN
    WHILE low < high LOOP
        middle := (low + high) / 2;
        SELECT o.created_at INTO inserted FROM payouts.outbox AS o WHERE o.id >= middle ORDER BY o.id LIMIT 1;
        IF inserted < since THEN
            low := middle + 1;
        ELSE
            high := middle;
        END IF;
    END LOOP;
    RETURN low;
END
$$;

-- Orders to the same payee, of the same amount, that came after this one had ended: the ERP may have ordered it anew.
CREATE FUNCTION payouts.ordered_since(payout bigint) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
    SELECT n.erp_key
    FROM payouts.outbox AS o
    JOIN payouts.outbox AS n
        ON n.recipient_account = o.recipient_account AND n.amount = o.amount AND n.created_at > o.finished_at
    WHERE o.id = payout
$$;

-- What may be asked for a payout as it is now; the functions below and in 0003 refuse the rest. A test compares.
CREATE FUNCTION payouts.allowed(payout bigint) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
    SELECT array_remove(
        ARRAY[
            CASE
                WHEN w.state NOT IN ('initiating', 'confirming', 'confirmed', 'cancelling', 'held') AND NOT w.hold
                    THEN 'hold'
            END,
            CASE WHEN (w.state = 'held' AND w.held_kind <> 'mismatch') OR (w.state <> 'held' AND w.hold) THEN 'release' END,
            CASE
                WHEN w.state NOT IN ('confirming', 'confirmed', 'cancelling') AND NOT w.cancel
                    AND coalesce(w.held_from, '') NOT IN ('confirming', 'confirmed')
                    AND NOT (coalesce(w.held_kind, '') = 'outcome_unknown' AND b.session_id IS NULL)
                    THEN 'cancel'
            END,
            CASE
                WHEN b.session_id IS NOT NULL AND b.state <> 'dead'
                    AND w.state NOT IN ('new', 'creating', 'created', 'ready')
                    THEN 'ask'
            END,
            CASE WHEN w.held_kind = 'outcome_unknown' THEN 'resolve' END,
            CASE
                WHEN w.id IS NULL AND o.method = 'account' AND o.state = 'failed' AND s.may_pay_again
                    -- Not there any more: its personal data is erased.
                    AND o.recipient_account IS NOT NULL
                    AND NOT EXISTS (SELECT FROM payouts.ordered_since(o.id)) THEN 'reissue'
            END
        ],
        NULL
    )
    FROM payouts.outbox AS o
    JOIN payouts.status AS s ON s.payout_id = o.id
    LEFT JOIN payouts.work AS w ON w.id = o.id
    LEFT JOIN payouts.bank_session AS b ON b.payout_id = w.id AND b.n = w.session_n
    WHERE o.id = payout
$$;

-- Asks the bank at the next moment instead of at the next poll. Nothing is sent that could pay.
CREATE FUNCTION payouts.request_ask(key text, reason text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
DECLARE
    w payouts.work := payouts.lock_for_request(key);
BEGIN
    IF w.state IN ('new', 'creating', 'created', 'ready') OR NOT EXISTS (
        SELECT FROM payouts.bank_session AS b
        WHERE b.payout_id = w.id AND b.n = w.session_n AND b.session_id IS NOT NULL AND b.state <> 'dead'
    ) THEN
        RAISE EXCEPTION 'there is nothing to ask the bank about payout %, which is %', key, w.state
            USING ERRCODE = 'PW018';
    END IF;
    INSERT INTO payouts.event (payout_id, who, from_state, to_state, why)
    VALUES (
        w.id, payouts.actor(), w.state, w.state,
        'question to the bank asked: ' || coalesce(nullif(reason, ''), 'no reason given')
    );
    -- Claimed and not yet back: it is being asked about, and its due_at is the end of a lease.
    IF w.claims > 0 AND w.due_at > now() THEN
        RETURN 'a worker has it in hand';
    END IF;
    UPDATE payouts.work SET due_at = least(due_at, now()) WHERE id = w.id;
    PERFORM pg_notify('payouts_due', '');
    RETURN 'asked';
END
$$;

-- Orders the same debt again, once, as it was approved; only what the bank refused and cannot pay any more. The new key
-- follows from the old one.
CREATE FUNCTION payouts.reissue(key text, reason text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
DECLARE
    old payouts.outbox;
    -- A second try, after a restore for one, meets the first at the bank.
    new_key constant text := key || '-R1';
    may boolean;
    successor text;
    fresh bigint;
BEGIN
    SELECT o.* INTO old FROM payouts.outbox AS o WHERE o.erp_key = key FOR UPDATE;
    IF old.id IS NULL THEN
        RAISE EXCEPTION 'no payout has the erp_key %', key USING ERRCODE = 'PW010';
    END IF;
    SELECT o.erp_key INTO successor FROM payouts.outbox AS o WHERE o.reissue_of = old.id;
    IF successor IS NOT NULL THEN
        RAISE EXCEPTION 'payout % was ordered anew already, as %', key, successor USING ERRCODE = 'PW019';
    END IF;
    IF old.state IS DISTINCT FROM 'failed' THEN
        RAISE EXCEPTION 'payout % is %: only what the bank refused is ordered anew from here', key, coalesce(old.state, 'open')
            USING ERRCODE = 'PW019', HINT = 'What was cancelled or rejected is for the ERP to order anew.';
    END IF;
    SELECT s.may_pay_again INTO may FROM payouts.status AS s WHERE s.payout_id = old.id;
    IF may IS NOT TRUE THEN
        RAISE EXCEPTION 'payout % may not be ordered anew: it may still be paid, or was', key USING ERRCODE = 'PW019';
    END IF;
    IF old.method = 'card' THEN
        RAISE EXCEPTION 'payout % is to a card, whose number is erased: the ERP must order it anew', key
            USING ERRCODE = 'PW019';
    END IF;
    SELECT min(n) INTO successor FROM payouts.ordered_since(old.id) AS n;
    IF successor IS NOT NULL THEN
        RAISE EXCEPTION 'payout % seems to be ordered anew already, as %', key, successor
            USING ERRCODE = 'PW019', HINT = 'It has the same payee and amount. If it is another debt, order from the ERP.';
    END IF;
    IF EXISTS (SELECT FROM payouts.outbox AS o WHERE o.erp_key = new_key) THEN
        RAISE EXCEPTION 'the erp_key % is there already', new_key USING ERRCODE = 'PW019';
    END IF;
    INSERT INTO payouts.outbox (
        erp_key, method, flow, amount, currency, sender_account, recipient_name, recipient_account, recipient_bik,
        recipient_inn, recipient_kpp, purpose, is_fast, metadata, not_before, priority, register_id, created_by,
        reissue_of
    )
    VALUES (
        new_key, old.method, old.flow, old.amount, old.currency, old.sender_account, old.recipient_name,
        old.recipient_account, old.recipient_bik, old.recipient_inn, old.recipient_kpp, old.purpose, old.is_fast,
        old.metadata, old.not_before, old.priority, old.register_id, payouts.actor(), old.id
    )
    RETURNING id INTO fresh;
    INSERT INTO payouts.event (payout_id, who, from_state, to_state, why)
    VALUES
        (old.id, payouts.actor(), old.state, old.state, format('ordered anew as %s: %s', new_key, reason)),
        (fresh, payouts.actor(), 'new', 'new', format('ordered anew in place of %s: %s', key, reason));
    RETURN fresh;
END
$$;

-- Asks the same for many payouts, each as it is now; what may not be done is counted and left as it is. A thousand at a
-- time: the rows stay locked until the end.
CREATE FUNCTION payouts.request_each(action text, ids bigint[], reason text, OUT done bigint, OUT refused bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
DECLARE
    key text;
BEGIN
    IF cardinality(ids) > 1000 OR coalesce(action, '') NOT IN ('hold', 'release', 'cancel') THEN
        RAISE EXCEPTION 'expected hold, release or cancel of at most 1000 payouts, got % of %', action, cardinality(ids)
            USING ERRCODE = 'PW020';
    END IF;
    done := 0;
    refused := 0;
    -- In the order of their ids, like every writer: so nobody waits in a circle.
    FOR key IN SELECT o.erp_key FROM payouts.outbox AS o WHERE o.id = ANY (ids) ORDER BY o.id LOOP
        BEGIN
            CASE action
                WHEN 'hold' THEN PERFORM payouts.request_hold(key, reason);
                WHEN 'release' THEN PERFORM payouts.request_release(key, reason);
                ELSE PERFORM payouts.request_cancel(key, reason);
            END CASE;
            done := done + 1;
        EXCEPTION
            WHEN SQLSTATE 'PW011' OR SQLSTATE 'PW012' OR SQLSTATE 'PW013' OR SQLSTATE 'PW014' OR SQLSTATE 'PW015' THEN
                refused := refused + 1;
        END;
    END LOOP;
END
$$;

-- Closes an alarm. Returns false when somebody has done so already.
CREATE FUNCTION payouts.acknowledge(alarm_id bigint, reason text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
BEGIN
    UPDATE payouts.alarm
    SET acknowledged_by = payouts.actor(), acknowledged_at = now(), acknowledge_reason = reason
    WHERE id = alarm_id AND acknowledged_at IS NULL;
    RETURN FOUND;
END
$$;

-- A webhook as it came, names and accounts included: who looked stands in the payout's history.
CREATE FUNCTION payouts.read_webhook(webhook_id bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
DECLARE
    looked payouts.webhook;
    state text;
BEGIN
    SELECT h.* INTO looked FROM payouts.webhook AS h WHERE h.id = webhook_id;
    SELECT s.state INTO state FROM payouts.status AS s WHERE s.payout_id = looked.payout_id;
    IF state IS NULL THEN
        RAISE EXCEPTION 'no webhook % of any payout', webhook_id USING ERRCODE = 'PW010';
    END IF;
    INSERT INTO payouts.event (payout_id, who, from_state, to_state, why)
    VALUES (looked.payout_id, payouts.actor(), state, state, format('looked at webhook %s as it came', webhook_id));
    RETURN convert_from(looked.body, 'UTF8');
END
$$;

-- Lets payouts go on although the bank does not show some sessions that are known here. Two people say so; what was not
-- asked about is then held with an unknown outcome, never sent.
CREATE FUNCTION payouts.override_gap(why text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
DECLARE
    open_gap payouts.gap;
    held bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('payouts.switch', 0));
    SELECT g.* INTO open_gap FROM payouts.gap AS g WHERE g.released_at IS NULL FOR UPDATE;
    IF open_gap.id IS NULL THEN
        RAISE EXCEPTION 'there is no gap to release' USING ERRCODE = 'PW016';
    END IF;
    IF coalesce(why, '') !~ '\S' THEN
        RAISE EXCEPTION 'a reason is needed: what was compared, and with what result' USING ERRCODE = 'PW016';
    END IF;
    IF open_gap.override_by IS NULL OR lower(open_gap.override_by) = lower(payouts.actor()) THEN
        UPDATE payouts.gap SET override_by = payouts.actor(), override_at = now(), override_reason = why
        WHERE id = open_gap.id;
        RETURN 'proposed; a second person must say the same';
    END IF;
    WITH unasked AS (
        SELECT w.id, w.state
        FROM payouts.work AS w
        JOIN payouts.bank_session AS b ON b.payout_id = w.id AND b.n = w.session_n AND b.session_id IS NOT NULL
        WHERE w.state <> 'new' AND b.state <> 'dead' AND (w.heard_at IS NULL OR w.heard_at < open_gap.found_at)
        ORDER BY w.id
        FOR UPDATE OF w
    ),
    kept AS (
        UPDATE payouts.work AS w
        SET held_from = coalesce(w.held_from, u.state), state = 'held', held_kind = 'outcome_unknown',
            state_since = CASE WHEN u.state = 'held' THEN w.state_since ELSE now() END, fence = w.fence + 1,
            due_at = now(), hold = false
        FROM unasked AS u
        WHERE w.id = u.id AND (w.held_kind IS NULL OR w.held_kind = 'before_money')
        RETURNING w.id, u.state
    ),
    shown AS (
        UPDATE payouts.outbox AS o
        SET state = 'held', reason = 'the bank did not show its session after the database went back in time'
        FROM kept AS k
        WHERE o.id = k.id
    ),
    alarms AS (
        INSERT INTO payouts.alarm (kind, subject, text, payout_id)
        SELECT 'payout_held', o.erp_key, 'the bank did not show its session after the database went back in time', k.id
        FROM kept AS k JOIN payouts.outbox AS o ON o.id = k.id
        ON CONFLICT (kind, subject) WHERE acknowledged_at IS NULL DO UPDATE
        SET times = alarm.times + 1, last_at = now(), text = excluded.text
    ),
    history AS (
        INSERT INTO payouts.event (payout_id, who, from_state, to_state, why)
        SELECT k.id, payouts.actor(), k.state, 'held', 'the gap was released over it by two people: ' || why
        FROM kept AS k
    )
    SELECT count(*) INTO held FROM kept;
    UPDATE payouts.gap
    SET released_by = payouts.actor(), released_at = now(), release_reason = why, overridden = true
    WHERE id = open_gap.id;
    UPDATE payouts.work SET due_at = least(due_at, now()) WHERE state IN ('new', 'creating', 'created', 'ready');
    PERFORM pg_notify('payouts_due', ''), pg_notify('payouts_changed', '');
    RETURN format('released; %s payouts are held', held);
END
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA payouts FROM PUBLIC;

GRANT USAGE ON SCHEMA payouts TO payouts_ops, payouts_auditor;

-- The pages and an auditor read what happened. No sealed card, no webhook as it came, no signature.
GRANT SELECT ON
    payouts.alarm, payouts.bank_call, payouts.bank_session, payouts.event, payouts.gap, payouts.node, payouts.resolution,
    payouts.return_watch, payouts.status, payouts.switch, payouts.work
TO payouts_ops, payouts_auditor;

GRANT SELECT (
    id, erp_key, method, flow, amount, currency, sender_account, recipient_name, recipient_account, recipient_bik,
    recipient_inn, recipient_kpp, purpose, is_fast, card_last4, metadata, not_before, priority, register_id, created_at,
    created_by, state, project, bank_session_id, bank_payout_id, error_code, error_text, reason, returned_amount,
    finished_at, reissue_of
) ON payouts.outbox TO payouts_ops, payouts_auditor;

GRANT SELECT (id, received_at, due_at, type, session_id, payout_id, outcome, applied_at, key_id) ON payouts.webhook
TO payouts_ops, payouts_auditor;

GRANT EXECUTE ON FUNCTION
    payouts.explain(text), payouts.first_id_since(timestamptz), payouts.allowed(bigint)
TO payouts_ops, payouts_auditor;

GRANT EXECUTE ON FUNCTION
    payouts.actor(), payouts.request_cancel(text, text), payouts.request_hold(text, text),
    payouts.request_release(text, text), payouts.request_ask(text, text), payouts.request_each(text, bigint[], text),
    payouts.stop(text, text, text), payouts.resume(text, text, text), payouts.release_gap(text),
    payouts.override_gap(text), payouts.resolve(text, text, text), payouts.reissue(text, text),
    payouts.acknowledge(bigint, text), payouts.read_webhook(bigint), payouts.in_gap(),
    payouts.is_stopped(text, text, text), payouts.bank_ref(uuid, text)
TO payouts_ops;
