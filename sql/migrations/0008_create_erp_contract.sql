-- More for the ERP: would this order be rejected, was it sent before, registers as a whole, a feed of changes. And the
-- role of the webhook endpoint as a process of its own.

-- The endpoint that the internet reaches adds to the inbox and reads nothing, not even what it added.
GRANT USAGE ON SCHEMA payouts TO payouts_webhook;

GRANT INSERT (sha256, body, signature, key_id) ON payouts.webhook TO payouts_webhook;

-- The one alarm that the endpoint may raise, and count on.
CREATE FUNCTION payouts.note_refused_webhooks(refused integer) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
    INSERT INTO payouts.alarm AS a (kind, subject, text)
    VALUES (
        'webhook_bad_signature', 'webhooks', format('%s webhooks without a good signature were refused', refused)
    )
    ON CONFLICT (kind, subject) WHERE acknowledged_at IS NULL DO UPDATE
    SET times = a.times + 1, last_at = now(), text = excluded.text
$$;

-- The length of a text as the program counts it: in units of UTF-16, where what lies beyond the basic plane takes two.
CREATE FUNCTION payouts.units(t text) RETURNS integer
LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE
        WHEN octet_length(t) = length(t) THEN length(t)
        ELSE length(t) + length(regexp_replace(t, '[^\U00010000-\U0010ffff]', '', 'g'))
    END
$$;

-- How long something is that should have been digits.
CREATE FUNCTION payouts.digits_found(t text) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE
        WHEN coalesce(t, '') = '' THEN 'nothing'
        WHEN t ~ '[^0-9]' THEN format('%s characters, not all of them digits', payouts.units(t))
        ELSE length(t)::text
    END
$$;

-- What is wrong with a text for people: nothing there, too long, or a control character in it.
CREATE FUNCTION payouts.text_problem(t text, expected text, units_max integer) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE
        WHEN t IS NULL
            OR t !~ '[^\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]'
            THEN format('expected %s, got nothing', expected)
        WHEN payouts.units(t) > units_max
            THEN format('expected at most %s characters, got %s', units_max, payouts.units(t))
        WHEN t ~ '[\u0001-\u001f\u007f-\u009f]' THEN 'has a line break or another control character'
    END
$$;

-- The weighted sum of digits that control digits are made of.
CREATE FUNCTION payouts.weighed(digits text, weights integer[], each_modulo integer) RETURNS integer
LANGUAGE sql IMMUTABLE
AS $$
    SELECT sum(substr(digits, i, 1)::integer * weights[(i - 1) % cardinality(weights) + 1] % each_modulo)::integer
    FROM generate_series(1, length(digits)) AS i
$$;

CREATE FUNCTION payouts.inn_key_fits(inn text) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE length(inn)
        WHEN 10 THEN payouts.weighed(left(inn, 9), '{2, 4, 10, 3, 5, 9, 4, 6, 8}', 1000) % 11 % 10
            = right(inn, 1)::integer
        ELSE payouts.weighed(left(inn, 10), '{7, 2, 4, 10, 3, 5, 9, 4, 6, 8}', 1000) % 11 % 10
            = substr(inn, 11, 1)::integer
            AND payouts.weighed(left(inn, 11), '{3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8}', 1000) % 11 % 10
            = right(inn, 1)::integer
    END
$$;

-- What is shown of a wrong currency.
CREATE FUNCTION payouts.shortened(t text) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
    SELECT left(t, 8) || CASE WHEN length(t) > 8 THEN '…' ELSE '' END
$$;

-- Why the program would reject this order by its requisites; null when it would not. The same checks in the same order
-- and words as in the program: a test compares them over generated orders. What needs a key or the configuration
-- (can the sealed number be opened, does a project confirm by itself) is not seen here.
CREATE FUNCTION payouts.problem_of(o payouts.outbox, check_keys boolean) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    problem text;
    sole_proprietor boolean;
    legal_entity boolean;
BEGIN
    IF o.amount <= 0 THEN
        RETURN format('amount: expected minor units above zero, got %s', o.amount);
    END IF;
    IF o.method = 'card' THEN
        RETURN CASE
            WHEN o.flow = 'two_step' THEN 'flow: cards are paid in a single request; expected single_request'
            WHEN o.currency !~ '^[A-Za-z]{3}$'
                THEN format('currency: expected three letters of ISO 4217, got ''%s''', payouts.shortened(o.currency))
            WHEN o.sealed_card IS NULL THEN 'sealed_card: expected the sealed card number, got nothing'
            ELSE 'recipient_name: ' || payouts.text_problem(o.recipient_name, 'the payee''s full name', 200)
        END;
    END IF;
    problem := CASE
        WHEN upper(o.currency) <> 'RUB'
            THEN format('currency: account payouts are in RUB, got ''%s''', payouts.shortened(o.currency))
        WHEN coalesce(o.sender_account, '') !~ '^[0-9]{20}$'
            THEN 'sender_account: expected 20 digits, got ' || payouts.digits_found(o.sender_account)
        WHEN coalesce(o.recipient_bik, '') !~ '^[0-9]{9}$'
            THEN 'recipient_bik: expected 9 digits, got ' || payouts.digits_found(o.recipient_bik)
        WHEN coalesce(o.recipient_account, '') !~ '^[0-9]{20}$'
            THEN 'recipient_account: expected 20 digits, got ' || payouts.digits_found(o.recipient_account)
        WHEN left(o.recipient_account, 8) NOT IN (
            '40817810', '42301810', '42302810', '42303810', '42304810', '42305810', '42306810', '42307810', '40802810',
            '40702810', '40701810', '40502810'
        ) THEN 'recipient_account: the bank does not pay to accounts that begin with ' || left(o.recipient_account, 8)
    END;
    problem := coalesce(
        problem,
        'recipient_name: ' || payouts.text_problem(o.recipient_name, 'the payee''s full name', 200),
        CASE
            -- The forbidden characters are looked for after the length and before the control characters.
            WHEN o.purpose ~ '[?!]' AND coalesce(payouts.text_problem(o.purpose, '', 210), 'has') LIKE 'has%'
                THEN 'purpose: the bank forbids the characters ? and !'
            ELSE 'purpose: ' || payouts.text_problem(o.purpose, 'the payment''s purpose', 210)
        END
    );
    IF problem IS NOT NULL THEN
        RETURN problem;
    END IF;
    -- The prefix says who the payee is, and so which numbers the bank wants.
    sole_proprietor := o.recipient_account LIKE '40802%';
    legal_entity := left(o.recipient_account, 5) IN ('40702', '40701', '40502');
    RETURN CASE
        WHEN sole_proprietor AND coalesce(o.recipient_inn, '') !~ '^[0-9]{12}$'
            THEN 'recipient_inn: expected 12 digits for a sole proprietor, got ' || payouts.digits_found(o.recipient_inn)
        WHEN legal_entity AND coalesce(o.recipient_inn, '') !~ '^[0-9]{10}$'
            THEN 'recipient_inn: expected 10 digits for a legal entity, got ' || payouts.digits_found(o.recipient_inn)
        WHEN legal_entity AND coalesce(o.recipient_kpp, '') !~ '^[0-9]{9}$'
            THEN 'recipient_kpp: expected 9 digits for a legal entity, got ' || payouts.digits_found(o.recipient_kpp)
        WHEN o.recipient_inn !~ '^([0-9]{10}|[0-9]{12})$'
            THEN 'recipient_inn: expected 10 or 12 digits, got ' || payouts.digits_found(o.recipient_inn)
        -- The key of the Central Bank: over the last three digits of the BIK and the account.
        WHEN check_keys
            AND payouts.weighed(right(o.recipient_bik, 3) || o.recipient_account, '{7, 1, 3}', 10) % 10 <> 0
            THEN 'recipient_account: its control digit does not fit the BIK'
        WHEN check_keys AND o.recipient_inn IS NOT NULL AND NOT payouts.inn_key_fits(o.recipient_inn)
            THEN 'recipient_inn: its control digits are wrong'
    END;
END
$$;

-- Would this order be refused or rejected? No row: nothing is known against it. Takes the columns of the INSERT as
-- JSON, and inserts nothing. What the INSERT itself would refuse comes first.
CREATE FUNCTION payouts.validate(new_order jsonb, check_keys boolean DEFAULT false)
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
        'metadata', 'not_before', 'priority', 'register_id'
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

-- One key, one order. The same order again passes here and meets ON CONFLICT or the unique key; another order under a
-- key that is there is an error, since DO NOTHING would swallow it. A sealed number differs with each sealing, so of a
-- card its last four digits are compared.
CREATE FUNCTION payouts.refuse_other_order() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
DECLARE
    other text;
BEGIN
    SELECT string_agg(c.name, ', ') INTO other
    FROM payouts.outbox AS o
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
            ('register_id', o.register_id IS DISTINCT FROM NEW.register_id)
    ) AS c (name, differs)
    WHERE o.erp_key = NEW.erp_key AND c.differs;
    IF other IS NOT NULL THEN
        RAISE EXCEPTION 'another order with the erp_key % is there already: % differs', NEW.erp_key, other
            USING ERRCODE = 'PW041', HINT = 'One document, one key. An order never changes: cancel it and use a new key.';
    END IF;
    RETURN NEW;
END
$$;

-- Is the key there already, also from the row before in the same INSERT? (So not STABLE.) Asked for each row, and mostly
-- answered with no: a setting or a change of role would cost a third more. So it runs as whoever inserts.
CREATE FUNCTION payouts.key_is_taken(key text) RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM FROM payouts.outbox AS o WHERE o.erp_key OPERATOR(pg_catalog.=) key;
    RETURN FOUND;
END
$$;

-- While the table is small that question would be planned as a walk through all of it, and so asked for each row of an
-- INSERT of 100,000. Asked here by index, as often as a session plans it anew, it keeps that plan. A search_path of this
-- function's own would make it another plan.
CREATE FUNCTION payouts.seek_keys_by_index() RETURNS trigger
LANGUAGE plpgsql SET enable_seqscan = off
AS $$
DECLARE
    ignored boolean;
BEGIN
    FOR i IN 1..6 LOOP
        ignored := payouts.key_is_taken('');
    END LOOP;
    RETURN NULL;
END
$$;

CREATE TRIGGER keys_are_sought_by_index
BEFORE INSERT ON payouts.outbox
FOR EACH STATEMENT
EXECUTE FUNCTION payouts.seek_keys_by_index();

CREATE TRIGGER key_means_one_order
BEFORE INSERT ON payouts.outbox
FOR EACH ROW
WHEN (payouts.key_is_taken(NEW.erp_key))
EXECUTE FUNCTION payouts.refuse_other_order();

-- The registers of the ERP, one row for each and currency: what became of them, in numbers and minor units.
CREATE VIEW payouts.registers AS
SELECT
    s.register_id,
    s.currency,
    sum(s.payouts)::bigint AS payouts,
    sum(s.amount)::bigint AS amount,
    coalesce(sum(s.payouts) FILTER (WHERE s.is_final), 0)::bigint AS finished,
    round(100 * coalesce(sum(s.payouts) FILTER (WHERE s.is_final), 0) / sum(s.payouts), 1) AS percent_finished,
    coalesce(sum(s.payouts) FILTER (WHERE s.state = 'paid'), 0)::bigint AS paid,
    coalesce(sum(s.amount) FILTER (WHERE s.state = 'paid'), 0)::bigint AS paid_amount,
    coalesce(sum(s.payouts) FILTER (WHERE s.state = 'rejected'), 0)::bigint AS rejected,
    coalesce(sum(s.payouts) FILTER (WHERE s.state = 'held'), 0)::bigint AS held,
    jsonb_object_agg(s.state, jsonb_build_object('payouts', s.payouts, 'amount', s.amount)) AS by_state,
    min(s.first_at) AS first_at,
    max(s.last_at) AS last_at
FROM (
    SELECT
        o.register_id,
        o.currency,
        coalesce(w.state, o.state) AS state,
        w.id IS NULL AS is_final,
        count(*) AS payouts,
        sum(o.amount)::bigint AS amount,
        min(o.created_at) AS first_at,
        max(coalesce(w.state_since, o.finished_at)) AS last_at
    FROM payouts.outbox AS o
    LEFT JOIN payouts.work AS w ON w.id = o.id
    WHERE o.register_id IS NOT NULL
    GROUP BY o.register_id, o.currency, coalesce(w.state, o.state), w.id IS NULL
) AS s
GROUP BY s.register_id, s.currency;

-- Holds, releases or cancels what is open of a register, a thousand at most in one call: the rows stay locked until
-- the commit. Call it with the next_after that it gave, in a transaction of its own, until that is null.
CREATE FUNCTION payouts.request_register(
    action text, register text, reason text, after bigint DEFAULT 0,
    OUT done bigint, OUT refused bigint, OUT next_after bigint
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
DECLARE
    ids bigint[];
BEGIN
    IF NOT EXISTS (SELECT FROM payouts.outbox AS o WHERE o.register_id = register) THEN
        RAISE EXCEPTION 'no payout has the register_id %', register USING ERRCODE = 'PW042';
    END IF;
    SELECT coalesce(array_agg(t.id ORDER BY t.id), '{}') INTO ids
    FROM (
        SELECT o.id
        FROM payouts.outbox AS o
        JOIN payouts.work AS w ON w.id = o.id
        WHERE o.register_id = register AND o.id > after
        ORDER BY o.id
        LIMIT 1000
    ) AS t;
    SELECT e.done, e.refused INTO done, refused FROM payouts.request_each(action, ids, reason) AS e;
    next_after := CASE WHEN cardinality(ids) = 1000 THEN ids[1000] END;
END
$$;

-- A look at a register before it is paid, best in the transaction that inserts it: what would be rejected, what looks
-- like an order of the last 90 days that was or may be paid, and what would leave each account.
CREATE FUNCTION payouts.preflight(register text, check_keys boolean DEFAULT false)
RETURNS TABLE (finding text, erp_key text, subject text, orders bigint, amount bigint, detail text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
DECLARE
    since constant bigint := payouts.first_id_since(now() - interval '90 days');
BEGIN
    IF NOT EXISTS (SELECT FROM payouts.outbox AS o WHERE o.register_id = register) THEN
        RAISE EXCEPTION 'no payout has the register_id %', register USING ERRCODE = 'PW042';
    END IF;
    RETURN QUERY
    WITH mine AS MATERIALIZED (
        SELECT o.id, payouts.problem_of(o, check_keys) AS problem,
            coalesce(o.recipient_account, 'card ' || o.card_last4 || ' ' || lower(o.recipient_name)) AS payee
        FROM payouts.outbox AS o
        WHERE o.register_id = register
    ),
    -- Each beside the one before it of the same payee: sorted once, however many there are of one payee.
    lately AS (
        SELECT o.id, o.register_id, lag(o.id) OVER (
            PARTITION BY
                coalesce(o.recipient_account, 'card ' || o.card_last4 || ' ' || lower(o.recipient_name)),
                o.recipient_bik, o.amount, o.currency, lower(btrim(o.purpose))
            ORDER BY o.id
        ) AS earlier
        FROM payouts.outbox AS o
        WHERE o.id >= since AND (o.state IS NULL OR o.state IN ('held', 'paid'))
          AND coalesce(o.recipient_account, 'card ' || o.card_last4 || ' ' || lower(o.recipient_name))
              IN (SELECT m.payee FROM mine AS m)
    )
    SELECT 'bad requisites', o.erp_key, split_part(m.problem, ': ', 1), 1::bigint, o.amount,
        substr(m.problem, strpos(m.problem, ': ') + 2)
    FROM mine AS m
    JOIN payouts.outbox AS o ON o.id = m.id
    WHERE m.problem IS NOT NULL
    UNION ALL
    SELECT 'likely duplicate', o.erp_key, p.erp_key, 1::bigint, o.amount,
        format(
            'the same payee, amount and purpose as an order of %s, which is %s',
            to_char(p.created_at, 'YYYY-MM-DD'), coalesce(p.state, 'open')
        )
    FROM lately AS l
    JOIN payouts.outbox AS o ON o.id = l.id
    JOIN payouts.outbox AS p ON p.id = l.earlier
    WHERE l.register_id = register
    UNION ALL
    SELECT 'sum', NULL, coalesce(o.sender_account, 'cards'), count(*), sum(o.amount)::bigint, o.currency
    FROM mine AS m
    JOIN payouts.outbox AS o ON o.id = m.id
    WHERE m.problem IS NULL
    GROUP BY o.sender_account, o.currency
    UNION ALL
    -- Against what the bank said last that is on the account. What it took in or paid since is not known here.
    SELECT 'beyond the balance', NULL, t.account, t.orders, t.amount - b.closing,
        format(
            'with %s of other open orders; the statement of %s closed with %s',
            t.others, to_char(b.day, 'YYYY-MM-DD'), b.closing
        )
    FROM (
        SELECT o.sender_account AS account, count(*) AS orders,
            sum(o.amount)::bigint + coalesce(max(w.amount), 0)::bigint AS amount, coalesce(max(w.amount), 0) AS others
        FROM mine AS m
        JOIN payouts.outbox AS o ON o.id = m.id
        LEFT JOIN (
            SELECT u.sender_account, sum(u.amount) AS amount
            FROM payouts.work AS k
            JOIN payouts.outbox AS u ON u.id = k.id
            WHERE k.id NOT IN (SELECT n.id FROM mine AS n) AND k.state <> 'held' AND u.method = 'account'
            GROUP BY u.sender_account
        ) AS w ON w.sender_account = o.sender_account
        WHERE m.problem IS NULL AND o.method = 'account'
        GROUP BY o.sender_account
    ) AS t
    CROSS JOIN LATERAL (
        SELECT s.day, s.closing
        FROM payouts.statement AS s
        WHERE s.account = t.account AND s.closing IS NOT NULL
        ORDER BY s.day DESC
        LIMIT 1
    ) AS b
    WHERE t.amount > b.closing;
END
$$;

-- The transaction that wrote an event: what is new to a publisher is told by it alone, since ids and times are given
-- before a commit and not in its order.
ALTER TABLE payouts.event ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id();

CREATE INDEX event_by_xid ON payouts.event (xid);

-- The numbers of the feed. One publisher gives them after the commit, so whoever has read up to a number missed none.
CREATE TABLE payouts.change_number (
    number bigint PRIMARY KEY,
    event_id bigint NOT NULL,
    published_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT event_is_published_once UNIQUE (event_id)
);

-- What the last publisher could see: whatever is visible now and was not then is to be numbered.
CREATE TABLE payouts.published (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    seen pg_snapshot NOT NULL,
    gaps bigint NOT NULL DEFAULT 0
);

INSERT INTO payouts.published (seen) VALUES ('3:3:');

-- Numbers what was committed since, at most that many; returns how many. Only one publishes at a time: for a second one
-- there is nothing to do. A transaction that stays open delays its own changes and no others.
CREATE FUNCTION payouts.publish_changes(most integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
DECLARE
    before payouts.published;
    seen_now pg_snapshot;
    gaps_now bigint;
    last bigint;
    numbered bigint;
BEGIN
    -- A snapshot that was taken before the lock could not see the numbers of the publisher before us.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'publish_changes needs read committed' USING ERRCODE = 'PW043';
    END IF;
    -- Held until the commit, so the next publisher sees these numbers.
    IF NOT pg_try_advisory_xact_lock(hashtextextended('payouts.publish', 0)) THEN
        RETURN 0;
    END IF;
    SELECT p.* INTO before FROM payouts.published AS p;
    SELECT count(*) INTO gaps_now FROM payouts.gap;
    -- After a dump was loaded into another server its transactions count from elsewhere: look at everything once.
    IF pg_snapshot_xmax(before.seen) > pg_snapshot_xmax(pg_current_snapshot()) THEN
        before.seen := '3:3:';
    END IF;
    SELECT coalesce(max(c.number), 0) INTO last FROM payouts.change_number AS c;
    -- Numbers that a database had given before it went back in time are not given to other changes.
    IF gaps_now > before.gaps THEN
        last := (last / 1000000000 + 1) * 1000000000;
    END IF;
    -- One statement, so one snapshot: what it reads is what it remembers as seen.
    WITH fresh AS (
        SELECT e.id
        FROM payouts.event AS e
        WHERE e.xid >= pg_snapshot_xmin(before.seen)
          AND NOT pg_visible_in_snapshot(e.xid, before.seen)
          AND (e.from_state IS DISTINCT FROM e.to_state OR e.to_state = 'paid')
          AND NOT EXISTS (SELECT FROM payouts.change_number AS c WHERE c.event_id = e.id)
        ORDER BY e.id
        LIMIT most
    ),
    given AS (
        INSERT INTO payouts.change_number (number, event_id)
        SELECT last + row_number() OVER (ORDER BY f.id), f.id FROM fresh AS f
        RETURNING 1
    )
    SELECT count(*), pg_current_snapshot() INTO numbered, seen_now FROM given;
    -- Cut off at the limit, the rest is found again by what was seen before. With nothing to number the remembered
    -- snapshot is renewed now and then only: its own update would make the next look write again.
    UPDATE payouts.published AS p
    SET seen = CASE WHEN numbered < most THEN seen_now ELSE before.seen END,
        gaps = CASE WHEN numbered > 0 THEN gaps_now ELSE p.gaps END
    WHERE numbered > 0
       OR pg_snapshot_xmax(seen_now)::text::numeric - pg_snapshot_xmax(p.seen)::text::numeric NOT BETWEEN 0 AND 1000;
    IF numbered > 0 THEN
        PERFORM pg_notify('payouts_changed', '');
    END IF;
    RETURN numbered;
END
$$;

-- The feed: every change of status once, in the order of number.
CREATE VIEW payouts.changes AS
SELECT
    c.number,
    o.erp_key,
    e.payout_id,
    e.from_state,
    e.to_state,
    e.to_state IN ('paid', 'failed', 'cancelled', 'rejected', 'returned') AS is_final,
    e.at,
    e.why,
    o.register_id,
    c.published_at
FROM payouts.change_number AS c
JOIN payouts.event AS e ON e.id = c.event_id
JOIN payouts.outbox AS o ON o.id = e.payout_id;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA payouts FROM PUBLIC;

GRANT EXECUTE ON FUNCTION payouts.note_refused_webhooks(integer) TO payouts_webhook, payouts_worker;

GRANT EXECUTE ON FUNCTION payouts.publish_changes(integer) TO payouts_worker;

-- The trigger asks it as whoever inserts.
GRANT EXECUTE ON FUNCTION payouts.key_is_taken(text) TO payouts_erp;

GRANT SELECT ON payouts.registers, payouts.changes TO payouts_erp, payouts_ops, payouts_auditor;

GRANT EXECUTE ON FUNCTION
    payouts.validate(jsonb, boolean), payouts.preflight(text, boolean),
    payouts.request_register(text, text, text, bigint)
TO payouts_erp, payouts_ops;
