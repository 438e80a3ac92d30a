-- For the accountant: the banking calendar, when money is expected, sums of each day, and who works on a difference.

-- Years whose days off are known. A year that is missing has Saturdays and Sundays off only, and every answer says so.
CREATE TABLE payouts.calendar_year (
    year integer PRIMARY KEY,
    -- False: holidays of the law alone; the government moves days off by a decree of its own for each year.
    is_decreed boolean NOT NULL,
    source text NOT NULL,
    loaded_by text NOT NULL DEFAULT session_user,
    loaded_at timestamptz NOT NULL DEFAULT now()
);

-- What differs from Monday to Friday: a weekday off, or a Saturday or Sunday that is worked.
CREATE TABLE payouts.calendar_day (
    day date PRIMARY KEY,
    is_working boolean NOT NULL,
    CONSTRAINT day_differs_from_its_weekday CHECK (is_working = (extract(isodow FROM day) > 5))
);

-- One row: how fast the bank pays. Its pages say two hours to three banking days, or an hour when fast; they name no
-- cut-off, so that is assumed until somebody has asked.
CREATE TABLE payouts.bank_terms (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    -- Moscow time: what is handed over from then on counts as of the next banking day.
    cut_off time NOT NULL DEFAULT '17:00',
    cut_off_is_assumed boolean NOT NULL DEFAULT true,
    -- Banking days until the money is there, at the latest.
    days smallint NOT NULL DEFAULT 3,
    -- The same for fast payouts and cards.
    at_once_within interval NOT NULL DEFAULT '1 hour',
    CONSTRAINT days_are_0_to_30 CHECK (days BETWEEN 0 AND 30),
    CONSTRAINT at_once_is_within_a_day CHECK (at_once_within BETWEEN interval '0' AND interval '1 day')
);

INSERT INTO payouts.bank_terms DEFAULT VALUES;

-- Puts a year in place of what was known of it. Days that are Saturdays or Sundays anyway need not be named.
CREATE FUNCTION payouts.set_calendar(
    of_year integer, decreed boolean, said_by text, days_off date[], days_worked date[]
) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    wrong date;
BEGIN
    SELECT min(d) INTO wrong FROM unnest(days_off || days_worked) AS d
    WHERE d IS NULL OR extract(year FROM d) <> of_year;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'calendar of %: % is a day of another year', of_year, wrong USING ERRCODE = 'PW060';
    END IF;
    SELECT min(d) INTO wrong FROM unnest(days_worked) AS d WHERE d = ANY (days_off);
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'calendar of %: % is both off and worked', of_year, wrong USING ERRCODE = 'PW060';
    END IF;
    INSERT INTO payouts.calendar_year AS y (year, is_decreed, source)
    VALUES (of_year, decreed, said_by)
    ON CONFLICT (year) DO UPDATE
    SET is_decreed = excluded.is_decreed, source = excluded.source, loaded_by = session_user, loaded_at = now();
    DELETE FROM payouts.calendar_day AS c WHERE extract(year FROM c.day) = of_year;
    INSERT INTO payouts.calendar_day (day, is_working)
    SELECT DISTINCT d, false FROM unnest(days_off) AS d WHERE extract(isodow FROM d) < 6
    UNION ALL
    SELECT DISTINCT d, true FROM unnest(days_worked) AS d WHERE extract(isodow FROM d) > 5;
    RETURN format(
        '%s: %s weekdays off, %s weekend days worked', of_year,
        (SELECT count(*) FROM payouts.calendar_day AS c WHERE extract(year FROM c.day) = of_year AND NOT c.is_working),
        (SELECT count(*) FROM payouts.calendar_day AS c WHERE extract(year FROM c.day) = of_year AND c.is_working)
    );
END
$$;

-- The same three calls stand in sql/calendar/russia.sql, to be run again when they changed. A test compares.
SELECT payouts.set_calendar(
    2025, true, 'Government decree 1335 of 2024-10-04',
    '{2025-01-01, 2025-01-02, 2025-01-03, 2025-01-06, 2025-01-07, 2025-01-08, 2025-05-01, 2025-05-02, 2025-05-08,
      2025-05-09, 2025-06-12, 2025-06-13, 2025-11-03, 2025-11-04, 2025-12-31}',
    '{2025-11-01}'
);

SELECT payouts.set_calendar(
    2026, true, 'Government decree 1466 of 2025-09-24',
    '{2026-01-01, 2026-01-02, 2026-01-05, 2026-01-06, 2026-01-07, 2026-01-08, 2026-01-09, 2026-02-23, 2026-03-09,
      2026-05-01, 2026-05-11, 2026-06-12, 2026-11-04, 2026-12-31}',
    '{}'
);

SELECT payouts.set_calendar(
    2027, false, 'Labour Code, articles 111 and 112',
    '{2027-01-01, 2027-01-04, 2027-01-05, 2027-01-06, 2027-01-07, 2027-01-08, 2027-02-23, 2027-03-08, 2027-05-03,
      2027-05-10, 2027-06-14, 2027-11-04}',
    '{}'
);

CREATE FUNCTION payouts.is_banking_day(day date) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
    SELECT coalesce(
        (SELECT c.is_working FROM payouts.calendar_day AS c WHERE c.day = is_banking_day.day),
        extract(isodow FROM is_banking_day.day) < 6
    )
$$;

-- That day or the first banking day after it; and so many banking days later.
CREATE FUNCTION payouts.banking_day(from_day date, later integer) RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
    -- No holidays are longer than two weeks.
    SELECT d::date
    FROM generate_series(from_day::timestamp, from_day::timestamp + make_interval(days => 20 + 3 * later), '1 day') AS d
    LEFT JOIN payouts.calendar_day AS c ON c.day = d::date
    WHERE coalesce(c.is_working, extract(isodow FROM d) < 6)
    ORDER BY d
    OFFSET later LIMIT 1
$$;

-- What is not certain about the calendar of these days; null when all is.
CREATE FUNCTION payouts.calendar_remark(from_day date, to_day date) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
    SELECT string_agg(
        CASE
            WHEN y.year IS NULL
                THEN format('the calendar of %s is not known: only Saturdays and Sundays are taken as days off', n)
            ELSE format('calendar of %s without the days off that the government moves', n)
        END,
        '; ' ORDER BY n
    )
    FROM generate_series(extract(year FROM from_day)::integer, extract(year FROM to_day)::integer) AS n
    LEFT JOIN payouts.calendar_year AS y ON y.year = n
    WHERE y.year IS NULL OR NOT y.is_decreed
$$;

-- When money is at the payee that is handed over to the bank at that moment. Days are Moscow's. It walks by itself
-- instead of calling banking_day: a register of 100,000 is asked about at once.
CREATE FUNCTION payouts.expected_date(
    handed_over timestamptz, method text, is_fast boolean,
    OUT expected_from date, OUT expected_by date, OUT remark text
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
DECLARE
    moscow constant timestamp := handed_over AT TIME ZONE 'Europe/Moscow';
    terms payouts.bank_terms;
    walked date;
    worked boolean;
    left_over integer;
BEGIN
    IF handed_over IS NULL THEN
        RETURN;
    END IF;
    SELECT t.* INTO terms FROM payouts.bank_terms AS t;
    IF method = 'card' OR is_fast THEN
        expected_from := moscow::date;
        expected_by := (moscow + terms.at_once_within)::date;
        RETURN;
    END IF;
    walked := moscow::date + CASE WHEN moscow::time >= terms.cut_off THEN 1 ELSE 0 END;
    left_over := terms.days;
    -- A calendar without a working day in so long a time is wrong, and no reason to walk on for ever.
    WHILE expected_by IS NULL AND walked < moscow::date + 366 LOOP
        SELECT c.is_working INTO worked FROM payouts.calendar_day AS c WHERE c.day = walked;
        IF coalesce(worked, extract(isodow FROM walked) < 6) THEN
            expected_from := coalesce(expected_from, walked);
            expected_by := CASE WHEN left_over = 0 THEN walked END;
            left_over := left_over - 1;
        END IF;
        walked := walked + 1;
    END LOOP;
    remark := nullif(
        concat_ws(
            '; ',
            CASE
                WHEN (
                    SELECT count(*) FROM payouts.calendar_year AS y
                    WHERE y.is_decreed
                      AND y.year BETWEEN extract(year FROM moscow)::integer AND extract(year FROM walked)::integer
                ) <= extract(year FROM walked) - extract(year FROM moscow)
                    THEN payouts.calendar_remark(moscow::date, expected_by)
            END,
            CASE
                WHEN terms.cut_off_is_assumed THEN format('the cut-off at %s is assumed', to_char(terms.cut_off, 'HH24:MI'))
            END
        ),
        ''
    );
END
$$;

-- Where the money of a payout is, in days. Ask by erp_key, payout_id or register_id.
CREATE VIEW payouts.expected AS
SELECT
    o.erp_key,
    o.id AS payout_id,
    p.state,
    o.method,
    o.is_fast,
    o.amount,
    o.currency,
    o.register_id,
    o.created_at,
    c.handed_over_at,
    x.expected_from,
    x.expected_by,
    v.value_date,
    CASE WHEN v.value_date IS NOT NULL THEN CASE WHEN v.booked_on IS NULL THEN 'answer' ELSE 'statement' END END
        AS value_date_from,
    CASE p.state
        WHEN 'held' THEN 'held: no day can be told before a person has decided'
        WHEN 'cancelling' THEN 'is being cancelled; no day can be told'
        ELSE x.remark
    END AS remark
FROM payouts.outbox AS o
LEFT JOIN payouts.work AS w ON w.id = o.id
CROSS JOIN LATERAL (SELECT coalesce(w.state, o.state) AS state) AS p
-- The last call that lets the bank pay.
LEFT JOIN LATERAL (
    SELECT max(b.last_sent_at) AS handed_over_at
    FROM payouts.bank_call AS b
    WHERE b.payout_id = o.id AND b.step IN ('confirm', 'init') AND b.sends > 0
      AND p.state IN ('initiating', 'confirming', 'confirmed', 'paid', 'returned')
) AS c ON true
LEFT JOIN LATERAL payouts.expected_date(
    CASE
        WHEN p.state IN ('held', 'cancelling', 'failed', 'cancelled', 'rejected') THEN NULL
        WHEN p.state IN ('paid', 'returned') THEN c.handed_over_at
        WHEN p.state = 'new' THEN greatest(now(), o.not_before)
        ELSE coalesce(c.handed_over_at, now())
    END,
    o.method,
    o.is_fast
) AS x ON true
LEFT JOIN LATERAL (
    SELECT
        coalesce(l.booked_on, (e.paid_at AT TIME ZONE 'Europe/Moscow')::date) AS value_date,
        l.booked_on
    FROM (
        SELECT min(h.at) AS paid_at
        FROM payouts.event AS h
        WHERE h.payout_id = o.id AND h.to_state = 'paid' AND h.from_state <> 'paid'
    ) AS e
    CROSS JOIN (
        SELECT min(coalesce(s.booked_on, s.day)) AS booked_on
        FROM payouts.statement_line AS s
        WHERE s.payout_id = o.id AND s.kind = 'payout' AND s.gone_at IS NULL
    ) AS l
    WHERE p.state IN ('paid', 'returned')
) AS v ON true;

-- Counts and sums of each Moscow day, sender account and currency; amounts in minor units. Each move counts on its own
-- day, so a payout that was paid after it had failed counts in both. Booked and fees are what the statements show.
CREATE FUNCTION payouts.daily_sums(since date, until date)
RETURNS TABLE (
    day date, sender_account text, currency text,
    ordered bigint, ordered_amount numeric, paid bigint, paid_amount numeric, failed bigint, failed_amount numeric,
    cancelled bigint, cancelled_amount numeric, rejected bigint, rejected_amount numeric,
    returned bigint, returned_amount numeric, booked bigint, booked_amount numeric, fees numeric
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
DECLARE
    begins constant timestamptz := since::timestamp AT TIME ZONE 'Europe/Moscow';
    ends constant timestamptz := (until + 1)::timestamp AT TIME ZONE 'Europe/Moscow';
BEGIN
    IF until - since NOT BETWEEN 0 AND 366 OR since IS NULL OR until IS NULL THEN
        RAISE EXCEPTION 'expected a first and a last day, a year apart at most' USING ERRCODE = 'PW061';
    END IF;
    RETURN QUERY
    WITH entry AS (
        SELECT (o.created_at AT TIME ZONE 'Europe/Moscow')::date AS on_day, o.sender_account AS account,
            upper(o.currency) AS money, 'ordered' AS what, o.amount
        FROM payouts.outbox AS o
        -- An INSERT that ran for long bears an earlier time than its neighbours.
        WHERE o.id >= (SELECT payouts.first_id_since(begins - interval '1 hour'))
          AND o.id < (SELECT payouts.first_id_since(ends + interval '1 hour'))
          AND o.created_at >= begins AND o.created_at < ends
        UNION ALL
        SELECT m.on_day, o.sender_account, upper(o.currency), m.what,
            CASE WHEN m.what = 'returned' THEN o.returned_amount ELSE o.amount END
        FROM (
            SELECT DISTINCT ON (e.payout_id, 2)
                e.payout_id,
                CASE WHEN e.from_state = 'paid' THEN 'returned' ELSE e.to_state END AS what,
                (e.at AT TIME ZONE 'Europe/Moscow')::date AS on_day
            FROM payouts.event AS e
            WHERE e.at >= begins AND e.at < ends
              AND (
                  (e.to_state IN ('paid', 'failed', 'cancelled', 'rejected') AND e.from_state <> e.to_state)
                  OR (
                      e.from_state = 'paid' AND (e.to_state = 'returned' OR e.why LIKE '% came back so far')
                      -- All that came back counts on the day of the last part.
                      AND NOT EXISTS (
                          SELECT FROM payouts.event AS n
                          WHERE n.payout_id = e.payout_id AND n.id > e.id AND n.from_state = 'paid'
                            AND (n.to_state = 'returned' OR n.why LIKE '% came back so far')
                      )
                  )
              )
            ORDER BY e.payout_id, 2, e.id
        ) AS m
        JOIN payouts.outbox AS o ON o.id = m.payout_id
        UNION ALL
        SELECT l.day, l.account, l.currency, CASE l.kind WHEN 'fee' THEN 'fee' ELSE 'booked' END, l.amount
        FROM payouts.statement_line AS l
        WHERE l.day BETWEEN since AND until AND l.kind IN ('payout', 'fee') AND l.gone_at IS NULL
    )
    SELECT
        e.on_day, e.account, e.money,
        count(*) FILTER (WHERE e.what = 'ordered'), coalesce(sum(e.amount) FILTER (WHERE e.what = 'ordered'), 0),
        count(*) FILTER (WHERE e.what = 'paid'), coalesce(sum(e.amount) FILTER (WHERE e.what = 'paid'), 0),
        count(*) FILTER (WHERE e.what = 'failed'), coalesce(sum(e.amount) FILTER (WHERE e.what = 'failed'), 0),
        count(*) FILTER (WHERE e.what = 'cancelled'), coalesce(sum(e.amount) FILTER (WHERE e.what = 'cancelled'), 0),
        count(*) FILTER (WHERE e.what = 'rejected'), coalesce(sum(e.amount) FILTER (WHERE e.what = 'rejected'), 0),
        count(*) FILTER (WHERE e.what = 'returned'), coalesce(sum(e.amount) FILTER (WHERE e.what = 'returned'), 0),
        count(*) FILTER (WHERE e.what = 'booked'), coalesce(sum(e.amount) FILTER (WHERE e.what = 'booked'), 0),
        coalesce(sum(e.amount) FILTER (WHERE e.what = 'fee'), 0)
    FROM entry AS e
    GROUP BY e.on_day, e.account, e.money
    ORDER BY e.on_day, e.account NULLS LAST, e.money;
END
$$;

-- Who did what about a difference, and why. Only ever added to.
CREATE TABLE payouts.difference_note (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    difference_id bigint NOT NULL REFERENCES payouts.difference (id),
    at timestamptz NOT NULL DEFAULT now(),
    who text NOT NULL,
    what text NOT NULL,
    why text
);

CREATE INDEX difference_note_by_difference ON payouts.difference_note (difference_id, id);

CREATE INDEX difference_open_by_age ON payouts.difference (id) WHERE state = 'open';

-- Gives an open difference to somebody, or back to nobody.
CREATE FUNCTION payouts.assign_difference(difference_id bigint, who text, reason text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
DECLARE
    new_owner constant text := nullif(btrim(who), '');
BEGIN
    UPDATE payouts.difference SET owner = new_owner WHERE id = difference_id AND state = 'open';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no open difference %', difference_id USING ERRCODE = 'PW031';
    END IF;
    INSERT INTO payouts.difference_note (difference_id, who, what, why)
    VALUES (
        difference_id, payouts.actor(), coalesce('given to ' || new_owner, 'given back'), nullif(btrim(reason), '')
    );
    RETURN 'owned by ' || coalesce(new_owner, 'nobody');
END
$$;

CREATE OR REPLACE FUNCTION payouts.own_difference(difference_id bigint, who text) RETURNS text
LANGUAGE sql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
    SELECT payouts.assign_difference(difference_id, who, NULL)
$$;

-- Says something about a difference, open or not, and leaves it as it is.
CREATE FUNCTION payouts.note_difference(difference_id bigint, note text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
BEGIN
    IF coalesce(note, '') !~ '\S' OR NOT EXISTS (SELECT FROM payouts.difference AS d WHERE d.id = difference_id) THEN
        RAISE EXCEPTION 'there is no difference %, or nothing was said about it', difference_id USING ERRCODE = 'PW031';
    END IF;
    INSERT INTO payouts.difference_note (difference_id, who, what, why)
    VALUES (difference_id, payouts.actor(), 'noted', note);
    RETURN 'noted';
END
$$;

-- Closes a difference. It changes no payout: what the money did is said by payouts.resolve and the worker alone.
CREATE OR REPLACE FUNCTION payouts.explain_difference(difference_id bigint, reason text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
BEGIN
    IF coalesce(reason, '') !~ '\S' THEN
        RAISE EXCEPTION 'a reason is needed: what explains it' USING ERRCODE = 'PW031';
    END IF;
    UPDATE payouts.difference
    SET state = 'explained', explained_by = payouts.actor(), explained_at = now(), why = reason, by_itself = false
    WHERE id = difference_id AND state = 'open';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no open difference %', difference_id USING ERRCODE = 'PW031';
    END IF;
    INSERT INTO payouts.difference_note (difference_id, who, what, why)
    VALUES (difference_id, payouts.actor(), 'explained', reason);
    RETURN 'explained';
END
$$;

-- An explanation that turned out to be wrong. The worker closes it again when it does not differ any more.
CREATE FUNCTION payouts.reopen_difference(difference_id bigint, reason text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
BEGIN
    IF coalesce(reason, '') !~ '\S' THEN
        RAISE EXCEPTION 'a reason is needed: what is wrong with the explanation' USING ERRCODE = 'PW031';
    END IF;
    UPDATE payouts.difference
    SET state = 'open', explained_by = NULL, explained_at = NULL, why = NULL, by_itself = false
    WHERE id = difference_id AND state = 'explained';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no explained difference %', difference_id USING ERRCODE = 'PW031';
    END IF;
    INSERT INTO payouts.difference_note (difference_id, who, what, why)
    VALUES (difference_id, payouts.actor(), 'opened again', reason);
    RETURN 'open again';
END
$$;

-- The bank's daily register as a file: what was read, when and by whom.
CREATE TABLE payouts.bank_register (
    project text NOT NULL,
    day date NOT NULL,
    file_name text NOT NULL,
    sha256 bytea NOT NULL,
    read_by text NOT NULL DEFAULT session_user,
    read_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (project, day)
);

-- Its lines: proof of what the bank counted as done that day, with the fee of each. Amounts in minor units.
CREATE TABLE payouts.bank_register_line (
    project text NOT NULL,
    day date NOT NULL,
    key text NOT NULL,
    operation_id text,
    session_id text,
    kind text NOT NULL,
    amount bigint,
    fee bigint,
    currency text,
    payout_id bigint,
    PRIMARY KEY (project, day, key),
    CONSTRAINT register_line_kind_is_known CHECK (kind IN ('payout', 'return', 'other'))
);

CREATE INDEX bank_register_line_by_payout ON payouts.bank_register_line (payout_id) WHERE payout_id IS NOT NULL;

REVOKE ALL ON
    payouts.calendar_year, payouts.calendar_day, payouts.bank_terms, payouts.expected, payouts.difference_note,
    payouts.bank_register, payouts.bank_register_line
FROM PUBLIC;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA payouts FROM PUBLIC;

GRANT SELECT ON payouts.calendar_year, payouts.calendar_day, payouts.bank_terms, payouts.expected
TO payouts_erp, payouts_worker, payouts_ops, payouts_auditor;

GRANT SELECT ON payouts.difference_note, payouts.bank_register, payouts.bank_register_line
TO payouts_worker, payouts_ops, payouts_auditor;

GRANT INSERT, UPDATE, DELETE ON payouts.bank_register, payouts.bank_register_line TO payouts_worker;

GRANT EXECUTE ON FUNCTION
    payouts.is_banking_day(date), payouts.banking_day(date, integer), payouts.calendar_remark(date, date),
    payouts.expected_date(timestamptz, text, boolean), payouts.daily_sums(date, date)
TO payouts_erp, payouts_worker, payouts_ops, payouts_auditor;

GRANT EXECUTE ON FUNCTION payouts.first_id_since(timestamptz) TO payouts_worker;

GRANT EXECUTE ON FUNCTION
    payouts.assign_difference(bigint, text, text), payouts.note_difference(bigint, text),
    payouts.reopen_difference(bigint, text)
TO payouts_ops;
