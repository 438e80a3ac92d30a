-- Four eyes and money limits, both optional: without a rule an INSERT looks once whether there is one, and a claim and
-- an intent cost what they cost before. docs/controls.md says what is decided here, and why.

-- Who ordered it at the ERP, where all its people share one login: that person may not approve it.
ALTER TABLE payouts.outbox ADD COLUMN ordered_by text;

CREATE TRIGGER author_is_immutable
BEFORE UPDATE OF ordered_by ON payouts.outbox
FOR EACH ROW
WHEN (OLD.ordered_by IS DISTINCT FROM NEW.ordered_by)
EXECUTE FUNCTION payouts.refuse_change();

-- From which amount on a second person must approve. A rule never changes and is never deleted: a new one only
-- tightens, so one person sets it; ending one loosens, so two people do.
CREATE TABLE payouts.approval_rule (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Null: any.
    method text,
    sender_account text,
    currency text,
    from_amount bigint NOT NULL,
    reason text NOT NULL,
    set_by text NOT NULL,
    set_at timestamptz NOT NULL DEFAULT now(),
    end_asked_by text,
    end_asked_at timestamptz,
    end_asked_reason text,
    ended_by text,
    ended_at timestamptz,
    end_reason text,
    CONSTRAINT rule_has_a_known_method CHECK (method IN ('account', 'card')),
    CONSTRAINT rule_has_an_account_of_20_digits CHECK (sender_account ~ '^[0-9]{20}$'),
    -- What a card names there is only a wish for a project: any text would avoid the rule.
    CONSTRAINT rule_of_cards_has_no_sender_account CHECK (method <> 'card' OR sender_account IS NULL),
    CONSTRAINT rule_has_a_currency_of_three_letters CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT rule_begins_above_zero CHECK (from_amount > 0),
    CONSTRAINT a_second_person_ends_a_rule CHECK (
        ended_at IS NULL OR (ended_by IS NOT NULL AND end_asked_by IS NOT NULL AND lower(ended_by) <> lower(end_asked_by))
    )
);

CREATE INDEX approval_rule_in_force ON payouts.approval_rule (id) WHERE ended_at IS NULL;

-- One row for each order that needs approval, with the hash of what was ordered and, later, approved.
CREATE TABLE payouts.approval (
    payout_id bigint PRIMARY KEY,
    rule_id bigint NOT NULL,
    content_hash bytea NOT NULL,
    -- SHA-256 of the sealed card number, which is erased while its payout may still be open.
    card_digest bytea,
    -- Anew when an approval is taken back.
    asked_at timestamptz NOT NULL DEFAULT now(),
    approved_by text,
    approved_at timestamptz,
    reason text
);

-- Null: needs none.
ALTER TABLE payouts.work
    ADD COLUMN approval text,
    ADD CONSTRAINT approval_is_known CHECK (approval IN ('awaited', 'given'));

CREATE INDEX work_awaiting ON payouts.work (id) WHERE approval = 'awaited';

-- What waits for approval is never due, and stands outside the index that claims walk through.
DROP INDEX payouts.work_new;

CREATE INDEX work_new ON payouts.work (priority DESC, due_at, id) WHERE state = 'new' AND due_at < 'infinity';

-- A value that no neighbour can run into: its length in bytes goes before it, and nothing is a dash.
CREATE FUNCTION payouts.sized(t text) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
    SELECT coalesce(octet_length(t) || ':' || t || ',', '-,')
$$;

-- Of a sealed card number that is erased. A function of its own: so content_hash stays one that a plan takes in whole.
CREATE FUNCTION payouts.kept_card_digest(payout bigint) RETURNS bytea
LANGUAGE sql STABLE
AS $$
    SELECT a.card_digest FROM payouts.approval AS a WHERE a.payout_id = payout
$$;

-- SHA-256 over all that makes an order, in the order of docs/controls.md. A new column of an order belongs in here,
-- and changes the first word.
CREATE FUNCTION payouts.content_hash(o payouts.outbox) RETURNS bytea
LANGUAGE sql STABLE
AS $$
    SELECT sha256(convert_to(
        'payout-order-1,'
        || payouts.sized(o.id::text) || payouts.sized(o.erp_key) || payouts.sized(o.method) || payouts.sized(o.flow)
        || payouts.sized(o.amount::text) || payouts.sized(o.currency) || payouts.sized(o.sender_account)
        || payouts.sized(o.recipient_name) || payouts.sized(o.recipient_account) || payouts.sized(o.recipient_bik)
        || payouts.sized(o.recipient_inn) || payouts.sized(o.recipient_kpp) || payouts.sized(o.purpose)
        || payouts.sized(o.is_fast::text)
        || payouts.sized(encode(
            CASE
                WHEN o.method = 'card' AND o.sealed_card IS NULL THEN payouts.kept_card_digest(o.id)
                ELSE sha256(o.sealed_card)
            END,
            'hex'
        ))
        || payouts.sized(o.card_last4) || payouts.sized(o.metadata::text)
        || payouts.sized(extract(epoch FROM o.not_before)::text) || payouts.sized(o.priority::text)
        || payouts.sized(o.register_id) || payouts.sized(extract(epoch FROM o.created_at)::text)
        || payouts.sized(o.created_by) || payouts.sized(o.ordered_by) || payouts.sized(o.reissue_of::text),
        'UTF8'
    ))
$$;

CREATE OR REPLACE FUNCTION payouts.take_in() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT FROM payouts.approval_rule AS r WHERE r.ended_at IS NULL) THEN
        INSERT INTO payouts.approval (payout_id, rule_id, content_hash, card_digest)
        SELECT o.id, r.id, payouts.content_hash(o), sha256(o.sealed_card)
        FROM fresh AS f
        CROSS JOIN LATERAL (
            SELECT c.id
            FROM payouts.approval_rule AS c
            WHERE c.ended_at IS NULL
              AND f.amount >= c.from_amount
              AND (c.method IS NULL OR c.method = f.method)
              AND (c.sender_account IS NULL OR (f.method <> 'card' AND c.sender_account = f.sender_account))
              AND (c.currency IS NULL OR c.currency = upper(f.currency))
            ORDER BY c.id
            LIMIT 1
        ) AS r
        JOIN payouts.outbox AS o ON o.id = f.id;
        INSERT INTO payouts.work (id, due_at, method, flow, sender_account, priority, approval)
        SELECT
            f.id,
            CASE WHEN a.payout_id IS NULL THEN coalesce(f.not_before, now()) ELSE 'infinity' END,
            f.method,
            coalesce(f.flow, CASE f.method WHEN 'card' THEN 'single_request' ELSE 'two_step' END),
            f.sender_account,
            f.priority,
            CASE WHEN a.payout_id IS NOT NULL THEN 'awaited' END
        FROM fresh AS f
        LEFT JOIN payouts.approval AS a ON a.payout_id = f.id;
    ELSE
        INSERT INTO payouts.work (id, due_at, method, flow, sender_account, priority)
        SELECT
            f.id,
            coalesce(f.not_before, now()),
            f.method,
            coalesce(f.flow, CASE f.method WHEN 'card' THEN 'single_request' ELSE 'two_step' END),
            f.sender_account,
            f.priority
        FROM fresh AS f;
    END IF;
    PERFORM pg_notify('payouts_due', '');
    RETURN NULL;
END
$$;

-- Whoever sets due_at, a release, the end of a gap, a worker: what waits for approval is not due. And the last line:
-- it makes no move that could lead to money, whatever a statement says.
CREATE FUNCTION payouts.keep_awaiting() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF NEW.state IN ('creating', 'starting', 'initiating', 'confirming') THEN
        RAISE EXCEPTION 'payouts.work: payout % waits for a second person''s approval', NEW.id USING ERRCODE = 'PW002';
    END IF;
    IF NEW.state = 'new' AND NOT NEW.cancel AND NOT NEW.hold THEN
        NEW.due_at := 'infinity';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER approval_is_awaited
BEFORE UPDATE ON payouts.work
FOR EACH ROW
WHEN (NEW.approval = 'awaited')
EXECUTE FUNCTION payouts.keep_awaiting();

-- Nobody takes the need for approval away from a payout, and nobody gives it past payouts.approve.
CREATE FUNCTION payouts.check_approval() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
BEGIN
    IF NEW.approval IS NULL OR (
        NEW.approval = 'given' AND NOT EXISTS (
            SELECT FROM payouts.approval AS a WHERE a.payout_id = NEW.id AND a.approved_at IS NOT NULL
        )
    ) THEN
        RAISE EXCEPTION 'payouts.work: payout % was approved by nobody', NEW.id USING ERRCODE = 'PW002';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER approval_is_given_by_a_person
BEFORE UPDATE OF approval ON payouts.work
FOR EACH ROW
WHEN (OLD.approval IS DISTINCT FROM NEW.approval)
EXECUTE FUNCTION payouts.check_approval();

-- Did that person order it, here or at the ERP, or any of the orders that it stands in for, down to the first?
CREATE FUNCTION payouts.is_maker(payout bigint, person text) RETURNS boolean
LANGUAGE sql STABLE
AS $$
    -- UNION, not UNION ALL: a row that somebody made to stand in for itself ends the walk.
    WITH RECURSIVE made AS (
        SELECT o.reissue_of, o.created_by, o.ordered_by FROM payouts.outbox AS o WHERE o.id = payout
        UNION
        SELECT p.reissue_of, p.created_by, p.ordered_by
        FROM made AS m
        JOIN payouts.outbox AS p ON p.id = m.reissue_of
    )
    SELECT EXISTS (
        SELECT FROM made AS m WHERE lower(btrim(person)) IN (lower(btrim(m.created_by)), lower(btrim(m.ordered_by)))
    )
$$;

CREATE FUNCTION payouts.check_reason(reason text) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF coalesce(reason, '') !~ '\S' THEN
        RAISE EXCEPTION 'a reason is needed: it stands in the record' USING ERRCODE = 'PW054';
    END IF;
END
$$;

-- All that an approver must see, and the hash that binds what was seen. changed: not what was ordered any more.
CREATE VIEW payouts.approvals AS
SELECT
    o.id AS payout_id,
    o.erp_key,
    w.state,
    o.method,
    w.flow,
    o.amount,
    o.currency,
    o.sender_account,
    o.recipient_name,
    o.recipient_account,
    o.recipient_bik,
    o.recipient_inn,
    o.recipient_kpp,
    o.purpose,
    o.is_fast,
    o.card_last4,
    o.metadata,
    o.not_before,
    o.priority,
    o.register_id,
    o.created_at,
    o.created_by,
    o.ordered_by,
    a.rule_id,
    a.asked_at,
    encode(payouts.content_hash(o), 'hex') AS content_hash,
    payouts.content_hash(o) <> a.content_hash AS changed
FROM payouts.work AS w
JOIN payouts.outbox AS o ON o.id = w.id
JOIN payouts.approval AS a ON a.payout_id = w.id
WHERE w.approval = 'awaited';

-- Of all orders of a register in one currency that ever needed approval: another order among them, or an approval that
-- was taken back, makes it another hash. One that is given does not, so a register is approved in parts.
CREATE FUNCTION payouts.register_hash(register text, currency text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
    SELECT encode(sha256(string_agg(
        a.content_hash || convert_to(payouts.sized(extract(epoch FROM a.asked_at)::text), 'UTF8'), ''::bytea
        ORDER BY a.payout_id
    )), 'hex')
    FROM payouts.outbox AS o
    JOIN payouts.approval AS a ON a.payout_id = o.id
    WHERE o.register_id = register AND o.currency = register_hash.currency
$$;

-- One line for each register and currency, with a hash of its own: what a line does not show, its hash does not approve.
CREATE VIEW payouts.approval_registers AS
SELECT
    r.register_id,
    r.currency,
    r.payouts,
    r.amount,
    r.largest,
    payouts.register_hash(r.register_id, r.currency) AS content_hash
FROM (
    SELECT
        o.register_id,
        o.currency,
        count(*) AS payouts,
        sum(o.amount)::bigint AS amount,
        max(o.amount) AS largest
    FROM payouts.work AS w
    JOIN payouts.outbox AS o ON o.id = w.id
    WHERE w.approval = 'awaited' AND o.register_id IS NOT NULL
    GROUP BY o.register_id, o.currency
) AS r;

-- Approves what that hash stands for, in the name of a person who did not order it.
CREATE FUNCTION payouts.approve(key text, content_hash text, reason text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
DECLARE
    w payouts.work := payouts.lock_for_request(key);
    o payouts.outbox;
    ordered bytea;
    found bytea;
BEGIN
    PERFORM payouts.check_reason(reason);
    IF w.approval IS DISTINCT FROM 'awaited' THEN
        RAISE EXCEPTION 'payout % does not wait for approval', key USING ERRCODE = 'PW052';
    END IF;
    SELECT t.* INTO o FROM payouts.outbox AS t WHERE t.id = w.id;
    SELECT a.content_hash INTO ordered FROM payouts.approval AS a WHERE a.payout_id = w.id;
    found := payouts.content_hash(o);
    IF found IS DISTINCT FROM ordered THEN
        RAISE EXCEPTION 'payout % is not what was ordered: its row was changed', key
            USING ERRCODE = 'PW050', HINT = 'Cancel it, and find out who changed the row.';
    END IF;
    IF lower(btrim(approve.content_hash)) IS DISTINCT FROM encode(found, 'hex') THEN
        RAISE EXCEPTION 'the hash is not that of payout %', key
            USING ERRCODE = 'PW050', HINT = 'Look at payouts.approvals again: what you saw is another order.';
    END IF;
    IF payouts.is_maker(w.id, payouts.actor()) THEN
        RAISE EXCEPTION 'payout % was ordered by %: a second person approves', key, payouts.actor()
            USING ERRCODE = 'PW051';
    END IF;
    UPDATE payouts.approval AS a
    SET approved_by = payouts.actor(), approved_at = now(), reason = approve.reason
    WHERE a.payout_id = w.id;
    UPDATE payouts.work
    SET approval = 'given',
        due_at = CASE
            WHEN w.state = 'new' AND NOT w.cancel AND NOT w.hold THEN greatest(now(), o.not_before)
            ELSE due_at
        END
    WHERE id = w.id;
    INSERT INTO payouts.event (payout_id, who, from_state, to_state, why, evidence)
    VALUES (w.id, payouts.actor(), w.state, w.state, 'approved: ' || reason, 'content ' || encode(found, 'hex'));
    PERFORM pg_notify('payouts_due', '');
    RETURN 'approved';
END
$$;

-- Takes an approval back while nothing of the payout was begun.
CREATE FUNCTION payouts.withdraw_approval(key text, reason text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
DECLARE
    w payouts.work := payouts.lock_for_request(key);
BEGIN
    PERFORM payouts.check_reason(reason);
    IF w.approval IS DISTINCT FROM 'given' THEN
        RAISE EXCEPTION 'payout % has no approval to take back', key USING ERRCODE = 'PW052';
    END IF;
    IF coalesce(w.held_from, w.state) <> 'new' THEN
        RAISE EXCEPTION 'too late: payout % is %', key, w.state
            USING ERRCODE = 'PW012', HINT = 'Ask to hold it or to cancel it.';
    END IF;
    UPDATE payouts.approval
    SET approved_by = NULL, approved_at = NULL, reason = NULL, asked_at = clock_timestamp()
    WHERE payout_id = w.id;
    UPDATE payouts.work SET approval = 'awaited', fence = fence + 1 WHERE id = w.id;
    INSERT INTO payouts.event (payout_id, who, from_state, to_state, why)
    VALUES (w.id, payouts.actor(), w.state, w.state, 'approval taken back: ' || reason);
    RETURN 'waits for approval';
END
$$;

-- Approves what waits of a register in one currency, as its hash in payouts.approval_registers binds it; a thousand at
-- most in one call, like request_register. What its own maker asks for, or what was changed, is counted as refused.
CREATE FUNCTION payouts.approve_register(
    register text, currency text, content_hash text, reason text, after bigint DEFAULT 0,
    OUT done bigint, OUT refused bigint, OUT next_after bigint
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
DECLARE
    found text;
    ids bigint[];
    keys text[];
    hashes text[];
BEGIN
    PERFORM payouts.check_reason(reason);
    IF NOT EXISTS (
        SELECT FROM payouts.outbox AS o WHERE o.register_id = register AND o.currency = approve_register.currency
    ) THEN
        RAISE EXCEPTION 'no payout in % has the register_id %', currency, register USING ERRCODE = 'PW042';
    END IF;
    -- One statement, one snapshot: an order that comes in between cannot be approved under a hash that is not its.
    SELECT
        payouts.register_hash(register, approve_register.currency),
        array_agg(n.id ORDER BY n.id),
        array_agg(n.erp_key ORDER BY n.id),
        array_agg(encode(n.content_hash, 'hex') ORDER BY n.id)
    INTO found, ids, keys, hashes
    FROM (
        SELECT o.id, o.erp_key, a.content_hash
        FROM payouts.outbox AS o
        JOIN payouts.work AS w ON w.id = o.id AND w.approval = 'awaited'
        JOIN payouts.approval AS a ON a.payout_id = o.id
        WHERE o.register_id = register AND o.currency = approve_register.currency AND o.id > after
        ORDER BY o.id
        LIMIT 1000
    ) AS n;
    IF lower(btrim(content_hash)) IS DISTINCT FROM found THEN
        RAISE EXCEPTION 'the hash is not that of register % in %', register, currency
            USING ERRCODE = 'PW050', HINT = 'Look at payouts.approval_registers again: other orders stand there now.';
    END IF;
    done := 0;
    refused := 0;
    FOR i IN 1..coalesce(cardinality(ids), 0) LOOP
        BEGIN
            PERFORM payouts.approve(keys[i], hashes[i], reason);
            done := done + 1;
        EXCEPTION
            WHEN SQLSTATE 'PW011' OR SQLSTATE 'PW050' OR SQLSTATE 'PW051' OR SQLSTATE 'PW052' THEN
                refused := refused + 1;
        END;
    END LOOP;
    IF cardinality(ids) = 1000 THEN
        next_after := ids[1000];
    END IF;
END
$$;

-- Counts from the orders that are inserted after it is committed.
CREATE FUNCTION payouts.set_approval_rule(
    method text, sender_account text, currency text, from_amount bigint, reason text
) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
    SELECT payouts.check_reason(reason);
    INSERT INTO payouts.approval_rule (method, sender_account, currency, from_amount, reason, set_by)
    VALUES (
        nullif(method, ''), nullif(regexp_replace(sender_account, '\s', '', 'g'), ''), upper(nullif(currency, '')),
        from_amount, reason, payouts.actor()
    )
    RETURNING id
$$;

-- A second person's word within a day of the first one's.
CREATE FUNCTION payouts.is_second_word(asked_by text, asked_at timestamptz) RETURNS boolean
LANGUAGE sql STABLE
AS $$
    SELECT coalesce(lower(asked_by) <> lower(payouts.actor()) AND asked_at > now() - interval '1 day', false)
$$;

-- The first call proposes, a second person's ends it. Orders that wait go on waiting.
CREATE FUNCTION payouts.end_approval_rule(rule bigint, reason text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
DECLARE
    found payouts.approval_rule;
BEGIN
    PERFORM payouts.check_reason(reason);
    SELECT r.* INTO found FROM payouts.approval_rule AS r WHERE r.id = rule AND r.ended_at IS NULL FOR UPDATE;
    IF found.id IS NULL THEN
        RAISE EXCEPTION 'no rule % is in force', rule USING ERRCODE = 'PW054';
    END IF;
    IF NOT payouts.is_second_word(found.end_asked_by, found.end_asked_at) THEN
        UPDATE payouts.approval_rule
        SET end_asked_by = payouts.actor(), end_asked_at = now(),
            end_asked_reason = end_approval_rule.reason
        WHERE id = rule;
        RETURN 'proposed; a second person must say the same';
    END IF;
    UPDATE payouts.approval_rule
    SET ended_by = payouts.actor(), ended_at = now(), end_reason = end_approval_rule.reason
    WHERE id = rule;
    RETURN 'ended';
END
$$;

-- How much may begin to be paid. Like rules they never change: one person sets one, two people end it.
CREATE TABLE payouts.money_limit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    scope text NOT NULL,
    -- Null: any. Of an amount or a count each currency is counted by itself.
    method text,
    sender_account text,
    currency text,
    max_amount bigint,
    max_count bigint,
    reason text NOT NULL,
    set_by text NOT NULL,
    set_at timestamptz NOT NULL DEFAULT now(),
    end_asked_by text,
    end_asked_at timestamptz,
    end_asked_reason text,
    ended_by text,
    ended_at timestamptz,
    end_reason text,
    CONSTRAINT limit_has_a_known_scope CHECK (scope IN ('payout', 'payee_day', 'account_day', 'minute')),
    CONSTRAINT limit_has_a_known_method CHECK (method IN ('account', 'card')),
    CONSTRAINT limit_has_an_account_of_20_digits CHECK (sender_account ~ '^[0-9]{20}$'),
    CONSTRAINT limit_of_cards_has_no_sender_account CHECK (method <> 'card' OR sender_account IS NULL),
    CONSTRAINT limit_has_a_currency_of_three_letters CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT limit_has_an_amount_or_a_count CHECK (num_nonnulls(max_amount, max_count) > 0),
    CONSTRAINT limit_is_not_below_zero CHECK (least(max_amount, max_count) >= 0),
    CONSTRAINT limit_of_one_payout_is_an_amount CHECK (scope <> 'payout' OR max_count IS NULL),
    CONSTRAINT a_second_person_ends_a_limit CHECK (
        ended_at IS NULL OR (ended_by IS NOT NULL AND end_asked_by IS NOT NULL AND lower(ended_by) <> lower(end_asked_by))
    )
);

CREATE INDEX money_limit_in_force ON payouts.money_limit (id) WHERE ended_at IS NULL;

-- What was counted so far for one limit, day (or minute) of Moscow and subject. A payee stands there as a hash.
CREATE TABLE payouts.limit_usage (
    limit_id bigint NOT NULL,
    bucket text NOT NULL,
    subject text NOT NULL,
    amount numeric NOT NULL DEFAULT 0,
    payouts bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (limit_id, bucket, subject)
)
WITH (fillfactor = 70);

-- Each payout counts once for a limit, however often it is begun anew, and stays counted whatever becomes of it.
CREATE TABLE payouts.limit_counted (
    payout_id bigint NOT NULL,
    limit_id bigint NOT NULL,
    bucket text NOT NULL,
    subject text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (payout_id, limit_id)
);

-- What was held for a limit, and who let it pass.
CREATE TABLE payouts.limit_hold (
    payout_id bigint NOT NULL,
    limit_id bigint NOT NULL,
    held_at timestamptz NOT NULL DEFAULT now(),
    why text NOT NULL,
    released_by text,
    released_at timestamptz,
    release_reason text,
    PRIMARY KEY (payout_id, limit_id)
);

CREATE TYPE payouts.limit_ask AS (
    payout_id bigint,
    limit_id bigint,
    scope text,
    bucket text,
    subject text,
    amount bigint,
    currency text,
    max_amount bigint,
    max_count bigint,
    may_pass boolean
);

-- The limits that these payouts are not counted for yet.
CREATE FUNCTION payouts.limits_of(ids bigint[]) RETURNS SETOF payouts.limit_ask
LANGUAGE sql STABLE
AS $$
    SELECT
        o.id,
        l.id,
        l.scope,
        CASE l.scope
            WHEN 'payout' THEN ''
            WHEN 'minute' THEN to_char(t.moscow, 'YYYY-MM-DD HH24:MI')
            ELSE to_char(t.moscow, 'YYYY-MM-DD')
        END,
        concat_ws(
            ' ',
            CASE l.scope
                -- Cards pay from the balance of a project, whatever account their order names.
                WHEN 'account_day' THEN CASE o.method
                    WHEN 'card' THEN concat_ws(' ', 'cards', w.project)
                    ELSE o.sender_account
                END
                WHEN 'payee_day' THEN left(encode(sha256(convert_to(CASE o.method
                    WHEN 'card' THEN o.card_last4 || ' ' || lower(o.recipient_name)
                    ELSE o.recipient_account || ' ' || o.recipient_bik
                END, 'UTF8')), 'hex'), 32)
            END,
            upper(o.currency)
        ),
        o.amount,
        upper(o.currency),
        l.max_amount,
        l.max_count,
        EXISTS (
            SELECT FROM payouts.limit_hold AS h
            WHERE h.payout_id = o.id AND h.limit_id = l.id AND h.released_at IS NOT NULL
        )
    FROM payouts.outbox AS o
    LEFT JOIN payouts.work AS w ON w.id = o.id
    JOIN payouts.money_limit AS l
        ON l.ended_at IS NULL
        AND (l.method IS NULL OR l.method = o.method)
        AND (l.sender_account IS NULL OR (o.method <> 'card' AND l.sender_account = o.sender_account))
        AND (l.currency IS NULL OR l.currency = upper(o.currency))
    CROSS JOIN (SELECT now() AT TIME ZONE 'Europe/Moscow' AS moscow) AS t
    WHERE o.id = ANY (ids)
      AND NOT EXISTS (
          SELECT FROM payouts.limit_counted AS c WHERE c.payout_id = o.id AND c.limit_id = l.id
      )
$$;

-- Counts these payouts, in the transaction that commits the intent of their start or init; returns those that a limit
-- keeps back, which are not counted. What is counted together is locked together, in one order: of two workers at a
-- limit the second one sees what the first one took.
CREATE FUNCTION payouts.reserve_limits(ids bigint[]) RETURNS TABLE (held bigint, reason text, alarm text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
DECLARE
    asked payouts.limit_ask[];
    one record;
BEGIN
    SELECT array_agg(a ORDER BY a.payout_id, a.limit_id) INTO asked FROM payouts.limits_of(ids) AS a;
    INSERT INTO payouts.limit_usage AS u (limit_id, bucket, subject)
    SELECT DISTINCT a.limit_id, a.bucket, a.subject
    FROM unnest(asked) AS a
    WHERE a.scope <> 'payout'
    ORDER BY a.limit_id, a.bucket, a.subject
    ON CONFLICT (limit_id, bucket, subject) DO UPDATE SET payouts = u.payouts;
    FOR one IN
        SELECT a.payout_id AS id, array_agg(a ORDER BY a.limit_id) AS asks
        FROM unnest(asked) AS a
        GROUP BY a.payout_id
        ORDER BY a.payout_id
    LOOP
        RETURN QUERY
        WITH beyond AS (
            INSERT INTO payouts.limit_hold AS h (payout_id, limit_id, why)
            SELECT
                a.payout_id,
                a.limit_id,
                format(
                    'money limit %s, of %s: with this one %s payouts and %s %s%s; at most %s',
                    a.limit_id,
                    CASE a.scope
                        WHEN 'payout' THEN 'one payout'
                        WHEN 'payee_day' THEN 'a payee and day'
                        WHEN 'account_day' THEN 'a sender account and day'
                        ELSE 'one minute'
                    END,
                    coalesce(u.payouts, 0) + 1,
                    to_char((coalesce(u.amount, 0) + a.amount) / 100, 'FM9999999999999999990.00'),
                    a.currency,
                    coalesce(' on ' || nullif(a.bucket, ''), ''),
                    concat_ws(
                        ' and ',
                        to_char(a.max_amount / 100.0, 'FM9999999999999999990.00'),
                        a.max_count || ' payouts'
                    )
                )
            FROM unnest(one.asks) AS a
            LEFT JOIN payouts.limit_usage AS u
                ON u.limit_id = a.limit_id AND u.bucket = a.bucket AND u.subject = a.subject
            WHERE NOT a.may_pass
              AND (coalesce(u.amount, 0) + a.amount > a.max_amount OR coalesce(u.payouts, 0) + 1 > a.max_count)
            ON CONFLICT (payout_id, limit_id) DO UPDATE SET held_at = now(), why = excluded.why
            RETURNING h.payout_id, h.limit_id, h.why
        )
        SELECT b.payout_id, b.why, format('limit %s on %s', b.limit_id, (now() AT TIME ZONE 'Europe/Moscow')::date)
        FROM beyond AS b
        ORDER BY b.limit_id
        LIMIT 1;
        CONTINUE WHEN FOUND;
        UPDATE payouts.limit_usage AS u
        SET amount = u.amount + a.amount, payouts = u.payouts + 1
        FROM unnest(one.asks) AS a
        WHERE u.limit_id = a.limit_id AND u.bucket = a.bucket AND u.subject = a.subject;
        INSERT INTO payouts.limit_counted (payout_id, limit_id, bucket, subject)
        SELECT a.payout_id, a.limit_id, a.bucket, a.subject FROM unnest(one.asks) AS a;
    END LOOP;
END
$$;

CREATE FUNCTION payouts.set_money_limit(
    scope text, method text, sender_account text, currency text, max_amount bigint, max_count bigint, reason text
) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
    SELECT payouts.check_reason(reason);
    INSERT INTO payouts.money_limit (scope, method, sender_account, currency, max_amount, max_count, reason, set_by)
    VALUES (
        scope, nullif(method, ''), nullif(regexp_replace(sender_account, '\s', '', 'g'), ''),
        upper(nullif(currency, '')), max_amount, max_count, reason, payouts.actor()
    )
    RETURNING id
$$;

-- The first call proposes, a second person's ends it. What it holds stays held until it is released.
CREATE FUNCTION payouts.end_money_limit(money_limit bigint, reason text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
DECLARE
    found payouts.money_limit;
BEGIN
    PERFORM payouts.check_reason(reason);
    SELECT l.* INTO found
    FROM payouts.money_limit AS l
    WHERE l.id = end_money_limit.money_limit AND l.ended_at IS NULL
    FOR UPDATE;
    IF found.id IS NULL THEN
        RAISE EXCEPTION 'no limit % is in force', money_limit USING ERRCODE = 'PW054';
    END IF;
    IF NOT payouts.is_second_word(found.end_asked_by, found.end_asked_at) THEN
        UPDATE payouts.money_limit
        SET end_asked_by = payouts.actor(), end_asked_at = now(),
            end_asked_reason = end_money_limit.reason
        WHERE id = found.id;
        RETURN 'proposed; a second person must say the same';
    END IF;
    UPDATE payouts.money_limit
    SET ended_by = payouts.actor(), ended_at = now(), end_reason = end_money_limit.reason
    WHERE id = found.id;
    RETURN 'ended';
END
$$;

-- A release over a limit is an operator's, with a reason, and not by who ordered it; then it passes that limit once.
CREATE FUNCTION payouts.release_over_limit(w payouts.work, key text, reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
BEGIN
    IF w.held_kind <> 'before_money' OR NOT EXISTS (
        SELECT FROM payouts.limit_hold AS h WHERE h.payout_id = w.id AND h.released_at IS NULL
    ) THEN
        RETURN;
    END IF;
    IF session_user <> 'payouts_ops' AND NOT pg_has_role(session_user, 'payouts_migrator', 'MEMBER') THEN
        RAISE EXCEPTION 'payout % is held for a money limit: an operator releases it', key USING ERRCODE = 'PW053';
    END IF;
    IF payouts.is_maker(w.id, payouts.actor()) THEN
        RAISE EXCEPTION 'payout % was ordered by %: a second person lets it pass the limit', key, payouts.actor()
            USING ERRCODE = 'PW053';
    END IF;
    PERFORM payouts.check_reason(reason);
    UPDATE payouts.limit_hold AS h
    SET released_by = payouts.actor(), released_at = now(), release_reason = release_over_limit.reason
    WHERE h.payout_id = w.id AND h.released_at IS NULL;
END
$$;

-- As before, and a hold for a money limit has a rule of its own.
CREATE OR REPLACE FUNCTION payouts.request_release(key text, reason text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
DECLARE
    w payouts.work := payouts.lock_for_request(key);
BEGIN
    IF w.state <> 'held' THEN
        IF w.hold AND NOT payouts.is_held_by_another(w.id) THEN
            UPDATE payouts.work SET hold = false, due_at = least(due_at, now()) WHERE id = w.id;
            INSERT INTO payouts.event (payout_id, who, from_state, to_state, why)
            VALUES (
                w.id, payouts.actor(), w.state, w.state, 'released: ' || coalesce(nullif(reason, ''), 'no reason given')
            );
            PERFORM pg_notify('payouts_due', '');
            RETURN 'released';
        END IF;
        RAISE EXCEPTION 'payout % is not held but %', key, w.state USING ERRCODE = 'PW014';
    END IF;
    IF payouts.is_held_by_another(w.id) THEN
        RAISE EXCEPTION 'payout % cannot be released: somebody else holds it', key
            USING ERRCODE = 'PW015', HINT = 'An operator asked for the hold, and releases it.';
    END IF;
    IF w.held_kind = 'mismatch' THEN
        RAISE EXCEPTION 'payout % cannot be released: the bank shows another payout than was ordered', key
            USING ERRCODE = 'PW015', HINT = 'It can only be cancelled.';
    END IF;
    PERFORM payouts.release_over_limit(w, key, reason);
    UPDATE payouts.work
    SET state = w.held_from, held_from = NULL, held_kind = NULL, hold = false, state_since = now(),
        due_at = now(), fence = fence + 1, claims = 0, polls = 0
    WHERE id = w.id;
    UPDATE payouts.outbox SET state = NULL, reason = NULL WHERE id = w.id;
    INSERT INTO payouts.event (payout_id, who, from_state, to_state, why)
    VALUES (w.id, payouts.actor(), 'held', w.held_from, 'released: ' || coalesce(nullif(reason, ''), 'no reason given'));
    PERFORM pg_notify('payouts_due', ''), pg_notify('payouts_changed', '');
    RETURN 'released';
END
$$;

-- As before, and a release over a money limit may be refused.
CREATE OR REPLACE FUNCTION payouts.request_each(action text, ids bigint[], reason text, OUT done bigint, OUT refused bigint)
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
            WHEN SQLSTATE 'PW011' OR SQLSTATE 'PW012' OR SQLSTATE 'PW013' OR SQLSTATE 'PW014' OR SQLSTATE 'PW015'
                OR SQLSTATE 'PW053' THEN
                refused := refused + 1;
        END;
    END LOOP;
END
$$;

-- As before, and with ordered_by.
CREATE OR REPLACE FUNCTION payouts.validate(new_order jsonb, check_keys boolean DEFAULT false)
RETURNS TABLE (field text, reason text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
DECLARE
    o payouts.outbox;
    stranger text;
    problem text;
BEGIN
    SELECT min(k) INTO stranger
    FROM jsonb_object_keys(new_order) AS k
    WHERE k NOT IN (
        'erp_key', 'method', 'flow', 'amount', 'currency', 'sender_account', 'recipient_name', 'recipient_account',
        'recipient_bik', 'recipient_inn', 'recipient_kpp', 'purpose', 'is_fast', 'sealed_card', 'card_last4',
        'metadata', 'not_before', 'priority', 'register_id', 'ordered_by'
    );
    IF stranger IS NOT NULL THEN
        RETURN QUERY SELECT stranger, 'is not a column of an order'::text;
        RETURN;
    END IF;
    BEGIN
        o := jsonb_populate_record(
            NULL::payouts.outbox, '{"currency": "RUB", "is_fast": false, "priority": 0}'::jsonb || new_order
        );
    EXCEPTION
        WHEN data_exception THEN
            RETURN QUERY SELECT 'order'::text, SQLERRM;
            RETURN;
    END;
    problem := CASE
        WHEN o.erp_key IS NULL OR o.erp_key !~ '\S' OR length(o.erp_key) > 120
            THEN 'erp_key: expected 1 to 120 characters, not only spaces'
        WHEN o.method IS NULL OR o.method NOT IN ('account', 'card') THEN 'method: expected account or card'
        WHEN o.flow NOT IN ('two_step', 'single_request') THEN 'flow: expected two_step or single_request'
        WHEN o.amount IS NULL THEN 'amount: expected minor units above zero, got nothing'
        WHEN o.currency IS NULL THEN 'currency: expected a currency, got nothing'
        WHEN o.is_fast IS NULL THEN 'is_fast: expected true or false, got nothing'
        WHEN o.priority IS NULL THEN 'priority: expected a number, got nothing'
        WHEN o.card_last4 !~ '^[0-9]{4}$' THEN 'card_last4: expected four digits'
        WHEN o.method = 'card' AND o.recipient_account IS NOT NULL
            THEN 'recipient_account: a card number must be sealed, and stand in no other column'
        WHEN o.method = 'card' AND octet_length(o.sealed_card) < 256
            THEN 'sealed_card: expected a sealed number of 256 bytes or more'
        ELSE payouts.problem_of(o, check_keys)
    END;
    IF problem IS NOT NULL THEN
        RETURN QUERY SELECT split_part(problem, ': ', 1), substr(problem, strpos(problem, ': ') + 2);
    END IF;
END
$$;

-- As before, and what waits for approval says so, and is looked at at no time.
CREATE OR REPLACE VIEW payouts.status
WITH (security_barrier = false)
AS
SELECT
    o.erp_key,
    o.id AS payout_id,
    coalesce(w.state, o.state) AS state,
    CASE coalesce(w.state, o.state)
        WHEN 'new' THEN CASE w.approval
            WHEN 'awaited' THEN 'waits for a second person''s approval'
            ELSE 'waits for its turn'
        END
        WHEN 'creating' THEN 'a session is being opened at the bank'
        WHEN 'created' THEN 'the session is open, nothing is started yet'
        WHEN 'starting' THEN 'being handed to the bank'
        WHEN 'initiating' THEN 'being handed to the bank'
        WHEN 'started' THEN 'the bank checks it'
        WHEN 'ready' THEN 'the bank waits for our confirmation'
        WHEN 'confirming' THEN 'being confirmed'
        WHEN 'confirmed' THEN 'confirmed, the bank pays'
        WHEN 'cancelling' THEN 'being cancelled at the bank'
        WHEN 'held' THEN CASE w.held_kind
            WHEN 'before_money' THEN 'held before any money moved; needs a person'
            WHEN 'outcome_unknown' THEN 'it is not known whether it was paid; the bank is being asked'
            ELSE 'held: the bank shows another payout than was ordered; needs a person'
        END
        WHEN 'paid' THEN CASE
            WHEN o.returned_amount > 0 THEN 'paid, a part of it came back'
            ELSE 'paid'
        END
        WHEN 'failed' THEN 'not paid: the bank refused it'
        WHEN 'cancelled' THEN 'not paid: cancelled'
        WHEN 'rejected' THEN 'not paid: the row cannot be paid as it stands; nothing was sent'
        WHEN 'returned' THEN 'paid, and all of it came back'
    END AS in_words,
    o.amount,
    o.currency,
    o.reason,
    o.error_code,
    o.error_text,
    o.returned_amount,
    coalesce(o.bank_session_id, s.session_id) AS bank_session_id,
    o.bank_payout_id,
    w.held_kind,
    coalesce(w.cancel, false) AS cancel_asked,
    o.register_id,
    o.created_at,
    coalesce(w.state_since, o.finished_at) AS since,
    nullif(w.due_at, 'infinity') AS next_look_at,
    o.finished_at,
    -- Only when the bank cannot pay any session of it any more may the ERP order it anew under another key.
    coalesce(w.state, o.state) NOT IN ('paid', 'returned')
        AND w.id IS NULL
        AND NOT EXISTS (
            SELECT FROM payouts.bank_session AS b WHERE b.payout_id = o.id AND b.state IN ('armed', 'paid')
        )
        -- Somebody has ordered it anew already.
        AND NOT EXISTS (SELECT FROM payouts.outbox AS n WHERE n.reissue_of = o.id)
        -- An order that was here when the database went back may have a past that is lost: only the bank's books tell.
        AND NOT EXISTS (
            SELECT FROM payouts.gap AS g WHERE g.found_at BETWEEN o.created_at AND o.finished_at
        ) AS may_pay_again
FROM payouts.outbox AS o
LEFT JOIN payouts.work AS w ON w.id = o.id
LEFT JOIN LATERAL (
    SELECT b.session_id FROM payouts.bank_session AS b WHERE b.payout_id = o.id ORDER BY b.n DESC LIMIT 1
) AS s ON true;

ALTER FUNCTION payouts.next_step(payouts.work) RENAME TO next_step_of_worker;

CREATE FUNCTION payouts.next_step(w payouts.work) RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT CASE
        WHEN w.approval = 'awaited' AND w.state = 'new' AND NOT w.cancel AND NOT w.hold
            THEN 'It goes on when somebody approves it who did not order it.'
        ELSE payouts.next_step_of_worker(w)
    END
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA payouts FROM PUBLIC;

GRANT INSERT (ordered_by) ON payouts.outbox TO payouts_erp;

GRANT SELECT ON payouts.approval, payouts.money_limit TO payouts_worker;

GRANT EXECUTE ON FUNCTION
    payouts.sized(text), payouts.content_hash(payouts.outbox), payouts.kept_card_digest(bigint),
    payouts.reserve_limits(bigint[])
TO payouts_worker;

GRANT SELECT (ordered_by) ON payouts.outbox TO payouts_ops, payouts_auditor;

GRANT SELECT ON
    payouts.approval_rule, payouts.approval, payouts.approvals, payouts.approval_registers, payouts.money_limit,
    payouts.limit_usage, payouts.limit_counted, payouts.limit_hold
TO payouts_ops, payouts_auditor;

GRANT EXECUTE ON FUNCTION
    payouts.sized(text), payouts.content_hash(payouts.outbox), payouts.kept_card_digest(bigint),
    payouts.register_hash(text, text)
TO payouts_ops, payouts_auditor;

GRANT EXECUTE ON FUNCTION
    payouts.approve(text, text, text), payouts.withdraw_approval(text, text),
    payouts.approve_register(text, text, text, text, bigint),
    payouts.set_approval_rule(text, text, text, bigint, text), payouts.end_approval_rule(bigint, text),
    payouts.set_money_limit(text, text, text, text, bigint, bigint, text), payouts.end_money_limit(bigint, text)
TO payouts_ops;
