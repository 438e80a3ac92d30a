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

-- The feed numbers nothing that it can help: the number of a change is the id of its event. Only what was committed
-- after a greater number had been published gets another one, from the same sequence.
CREATE TABLE payouts.late_change (
    number bigint PRIMARY KEY,
    payout_id bigint NOT NULL,
    event_id bigint NOT NULL,
    CONSTRAINT event_is_published_once UNIQUE (payout_id, event_id)
);

-- Each run that published something: the last number given by then, and when. Beside it, for whoever looks for what is
-- new: the transactions from xid on write no event of that id or below.
CREATE TABLE payouts.publication (
    upto bigint PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    xid xid8 NOT NULL,
    id bigint NOT NULL
);

-- What is published: what was visible then of all events up to this one, and late_change. Up to "settled" no event can
-- appear any more, whatever its transaction: in a database that was loaded from a dump xids are those of another server.
CREATE TABLE payouts.published (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    seen pg_snapshot NOT NULL,
    upto bigint NOT NULL DEFAULT 0,
    settled bigint NOT NULL DEFAULT 0,
    gaps bigint NOT NULL DEFAULT 0,
    server bigint NOT NULL
);

INSERT INTO payouts.published (seen, server) SELECT '3:3:', c.system_identifier FROM pg_control_system() AS c;

-- All events of this transaction, and of those that began to write after it, have a greater id.
CREATE FUNCTION payouts.events_above(writer xid8) RETURNS bigint
LANGUAGE sql STABLE
AS $$
    SELECT coalesce(
        (SELECT p.id FROM payouts.publication AS p WHERE p.xid <= writer ORDER BY p.upto DESC LIMIT 1), 0
    )
$$;

-- All events that are visible in the second snapshot, and were not in the first, have a greater id. A transaction that
-- stays open does not hold it back.
CREATE FUNCTION payouts.fresh_above(before pg_snapshot, after pg_snapshot) RETURNS bigint
LANGUAGE sql STABLE
AS $$
    SELECT payouts.events_above(
        (
            SELECT x.xid
            FROM (
                SELECT i.xid FROM pg_snapshot_xip(before) AS i (xid) WHERE pg_visible_in_snapshot(i.xid, after)
                UNION ALL
                SELECT pg_snapshot_xmax(before)
            ) AS x
            ORDER BY x.xid
            LIMIT 1
        )
    )
$$;

-- Publishes what was committed since; returns how many changes, or 100,000 for all above. Only one publishes at a time:
-- for a second one there is nothing to do. A transaction that stays open delays its own changes and no others.
CREATE FUNCTION payouts.publish_changes() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    before payouts.published;
    seen_now pg_snapshot;
    gaps_now bigint;
    went_back boolean;
    server_now bigint;
    elsewhere boolean;
    drawn bigint;
    self xid8;
    since bigint;
    upto_now bigint;
    last_late bigint;
    late_changes bigint;
    changes bigint;
BEGIN
    -- A snapshot that was taken before the lock could not see what the publisher before us has done.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'publish_changes needs read committed' USING ERRCODE = 'PW043';
    END IF;
    -- Held until the commit, so the next publisher sees what this one has done.
    IF NOT pg_try_advisory_xact_lock(hashtextextended('payouts.publish', 0)) THEN
        RETURN 0;
    END IF;
    SELECT p.* INTO before FROM payouts.published AS p;
    SELECT count(*) INTO gaps_now FROM payouts.gap;
    went_back := gaps_now > before.gaps;
    SELECT c.system_identifier INTO server_now FROM pg_control_system() AS c;
    seen_now := pg_current_snapshot();
    elsewhere := server_now <> before.server OR pg_snapshot_xmax(before.seen) > pg_snapshot_xmax(seen_now);
    IF NOT went_back AND NOT elsewhere THEN
        -- With nothing new the remembered snapshot is renewed now and then only: its own update would make the next look
        -- write again.
        since := greatest(before.settled, payouts.fresh_above(before.seen, seen_now));
        IF NOT EXISTS (SELECT FROM payouts.event AS e WHERE e.id > before.upto)
            AND NOT EXISTS (
                SELECT FROM payouts.event AS e
                WHERE e.id > since AND e.id <= before.upto AND NOT pg_visible_in_snapshot(e.xid, before.seen)
            )
            AND before.upto - since < 1000
            AND pg_snapshot_xmax(seen_now)::text::numeric - pg_snapshot_xmax(before.seen)::text::numeric < 1000
        THEN
            RETURN 0;
        END IF;
    END IF;
    -- On another server nothing is known of who writes just now: wait until nobody does.
    IF elsewhere THEN
        LOCK TABLE payouts.event IN SHARE ROW EXCLUSIVE MODE;
    END IF;
    -- In this order: whoever gets his xid after ours draws greater ids than what was drawn before it.
    SELECT s.last_value - CASE WHEN s.is_called THEN 0 ELSE 1 END INTO drawn FROM payouts.event_id_seq AS s;
    self := pg_current_xact_id();
    seen_now := pg_current_snapshot();
    since := before.settled;
    IF NOT elsewhere THEN
        since := greatest(since, payouts.fresh_above(before.seen, seen_now));
    END IF;
    -- Numbers that a database had given before it went back in time are not given to other changes.
    IF went_back THEN
        upto_now := setval('payouts.event_id_seq', (greatest(before.upto, drawn) / 1000000000 + 1) * 1000000000);
    END IF;
    -- What comes late, and all the rest of those payouts after it: the changes of a payout keep their order.
    WITH late AS MATERIALIZED (
        SELECT e.id, e.payout_id
        FROM payouts.event AS e
        WHERE e.id > since AND e.id <= before.upto
          AND NOT pg_visible_in_snapshot(e.xid, before.seen)
          AND (elsewhere OR pg_visible_in_snapshot(e.xid, seen_now))
          AND (e.from_state IS DISTINCT FROM e.to_state OR e.to_state = 'paid')
    ),
    given AS (
        INSERT INTO payouts.late_change (number, payout_id, event_id)
        SELECT nextval('payouts.event_id_seq'), f.payout_id, f.id
        FROM (
            SELECT l.id, l.payout_id FROM late AS l
            UNION ALL
            SELECT e.id, e.payout_id
            FROM payouts.event AS e
            WHERE e.id > before.upto
              AND (went_back OR e.payout_id IN (SELECT l.payout_id FROM late AS l))
              AND (elsewhere OR pg_visible_in_snapshot(e.xid, seen_now))
              AND (e.from_state IS DISTINCT FROM e.to_state OR e.to_state = 'paid')
            ORDER BY 1
        ) AS f
        RETURNING number
    )
    SELECT max(g.number), (SELECT count(*) FROM late) INTO last_late, late_changes FROM given AS g;
    -- The rest is published by this number alone.
    SELECT greatest(before.upto, upto_now, last_late, max(e.id)) INTO upto_now
    FROM payouts.event AS e
    WHERE e.id > before.upto AND (elsewhere OR pg_visible_in_snapshot(e.xid, seen_now));
    INSERT INTO payouts.publication AS p (upto, xid, id)
    VALUES (upto_now, self, drawn)
    ON CONFLICT (upto) DO UPDATE SET xid = excluded.xid, id = excluded.id;
    UPDATE payouts.published AS p
    SET seen = seen_now,
        upto = upto_now,
        settled = CASE
            WHEN elsewhere THEN upto_now
            ELSE greatest(before.settled, payouts.events_above(pg_snapshot_xmin(seen_now)))
        END,
        gaps = gaps_now,
        server = server_now;
    SELECT least(100000, late_changes + count(*)) INTO changes
    FROM (
        SELECT
        FROM payouts.event AS e
        WHERE e.id > before.upto AND e.id <= upto_now
          AND (elsewhere OR pg_visible_in_snapshot(e.xid, seen_now))
          AND (e.from_state IS DISTINCT FROM e.to_state OR e.to_state = 'paid')
        LIMIT 100000
    ) AS e;
    IF changes > 0 THEN
        PERFORM pg_notify('payouts_changed', '');
    END IF;
    RETURN changes;
END
$$;

-- The feed: every change of status once, in the order of number. Its two halves are bare tables, and no column of theirs
-- stands in two conditions: so both are read in their order, from any number and no further than a page, or by payout.
CREATE VIEW payouts.changes AS
SELECT
    c.number,
    o.erp_key,
    c.payout_id,
    coalesce(c.from_state, l.from_state) AS from_state,
    coalesce(c.to_state, l.to_state) AS to_state,
    coalesce(c.to_state, l.to_state) IN ('paid', 'failed', 'cancelled', 'rejected', 'returned') AS is_final,
    coalesce(c.at, l.at) AS at,
    coalesce(c.why, l.why) AS why,
    o.register_id,
    (SELECT p.at FROM payouts.publication AS p WHERE p.upto >= c.number ORDER BY p.upto LIMIT 1) AS published_at
FROM (
    SELECT e.id AS number, e.payout_id, e.from_state, e.to_state, e.at, e.why, e.xid, NULL::bigint AS late_event
    FROM payouts.event AS e
    UNION ALL
    SELECT n.number, n.payout_id, NULL, NULL, NULL, NULL, NULL, n.event_id
    FROM payouts.late_change AS n
) AS c
JOIN payouts.outbox AS o ON o.id = c.payout_id
LEFT JOIN payouts.event AS l ON l.id = c.late_event
WHERE CASE
        WHEN c.late_event IS NOT NULL THEN true
        WHEN c.from_state = c.to_state AND c.to_state <> 'paid' THEN false
        -- No EXISTS, for which all that came late would be read at once.
        WHEN (SELECT true FROM payouts.late_change AS n WHERE n.payout_id = c.payout_id AND n.event_id = c.number)
            THEN false
        WHEN c.number <= (SELECT p.settled FROM payouts.published AS p) THEN true
        ELSE c.number <= (SELECT p.upto FROM payouts.published AS p)
            AND pg_visible_in_snapshot(c.xid, (SELECT p.seen FROM payouts.published AS p))
    END;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA payouts FROM PUBLIC;

GRANT EXECUTE ON FUNCTION payouts.note_refused_webhooks(integer) TO payouts_webhook, payouts_worker;

GRANT EXECUTE ON FUNCTION payouts.publish_changes() TO payouts_worker;

-- The trigger asks it as whoever inserts.
GRANT EXECUTE ON FUNCTION payouts.key_is_taken(text) TO payouts_erp;

GRANT SELECT ON payouts.registers, payouts.changes TO payouts_erp, payouts_ops, payouts_auditor;

GRANT EXECUTE ON FUNCTION
    payouts.validate(jsonb, boolean), payouts.preflight(text, boolean),
    payouts.request_register(text, text, text, bigint)
TO payouts_erp, payouts_ops;
