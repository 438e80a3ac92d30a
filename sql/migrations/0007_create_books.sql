-- The bank's statements beside our rows: what it booked, what of it is ours, and what differs.

-- One row for each account and day that was, or is to be, compared. Day: the bank's.
CREATE TABLE payouts.statement (
    account text NOT NULL,
    day date NOT NULL,
    -- When to ask the bank next; null when it was compared and nobody asked for it again.
    due_at timestamptz,
    asked_by text NOT NULL DEFAULT session_user,
    attempts integer NOT NULL DEFAULT 0,
    problem text,
    -- What the statement says, minor units.
    opening bigint,
    closing bigint,
    debit bigint,
    credit bigint,
    -- Null when the bank gave no totals.
    adds_up boolean,
    -- The day was over for good when it was compared: what is absent was told.
    closed boolean NOT NULL DEFAULT false,
    compared_at timestamptz,
    runs integer NOT NULL DEFAULT 0,
    PRIMARY KEY (account, day),
    CONSTRAINT account_has_20_digits CHECK (account ~ '^[0-9]{20}$')
);

CREATE INDEX statement_due ON payouts.statement (due_at) WHERE due_at IS NOT NULL;

-- The lines, read and not changed afterwards: the same line of the same day has the same key each time.
CREATE TABLE payouts.statement_line (
    account text NOT NULL,
    day date NOT NULL,
    key text NOT NULL,
    payment_id text,
    side text NOT NULL,
    -- Minor units; null when it could not be read.
    amount bigint,
    currency text,
    booked_on date,
    other_account text,
    card_last4 text,
    purpose text,
    reference text,
    -- What it turned out to be, and whose.
    kind text NOT NULL DEFAULT 'other',
    payout_id bigint,
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    -- The bank does not show it any more.
    gone_at timestamptz,
    PRIMARY KEY (account, day, key),
    CONSTRAINT side_is_known CHECK (side IN ('debit', 'credit', 'unknown')),
    CONSTRAINT line_kind_is_known CHECK (kind IN ('payout', 'fee', 'return', 'topup', 'other'))
);

CREATE INDEX statement_line_by_payout ON payouts.statement_line (payout_id) WHERE payout_id IS NOT NULL;

CREATE INDEX statement_line_by_payee ON payouts.statement_line (other_account, day) WHERE kind = 'payout';

-- What differs. Open until a person, or a later statement, explains it.
CREATE TABLE payouts.difference (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account text NOT NULL,
    day date NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    payout_id bigint,
    payment_id text,
    -- Minor units.
    there bigint,
    here bigint,
    text text NOT NULL,
    state text NOT NULL DEFAULT 'open',
    owner text,
    found_at timestamptz NOT NULL DEFAULT now(),
    explained_by text,
    explained_at timestamptz,
    why text,
    -- A later comparison explained it, no person: should it come back, it is open again.
    by_itself boolean NOT NULL DEFAULT false,
    CONSTRAINT difference_is_told_once UNIQUE (account, day, kind, subject),
    CONSTRAINT difference_state_is_known CHECK (state IN ('open', 'explained')),
    CONSTRAINT explained_knows_by_whom_and_why CHECK (
        (state = 'explained') = (explained_by IS NOT NULL AND explained_at IS NOT NULL AND why IS NOT NULL)
    )
);

CREATE INDEX difference_open ON payouts.difference (kind) WHERE state = 'open';

-- What was paid on a day is found by the history's time; its rows lie in that order, so the index is tiny.
CREATE INDEX event_by_time ON payouts.event USING brin (at) WITH (pages_per_range = 16, autosummarize = on);

-- A line names a payment by the bank's id.
CREATE INDEX outbox_by_bank_payout ON payouts.outbox (bank_payout_id) WHERE bank_payout_id IS NOT NULL;

-- For the accountant.
CREATE VIEW payouts.differences
AS
SELECT
    d.id,
    d.day,
    d.account,
    d.kind,
    d.text,
    o.erp_key,
    d.payout_id,
    coalesce(w.state, o.state) AS payout_state,
    d.payment_id,
    d.there AS amount_there,
    d.here AS amount_here,
    d.state,
    d.owner,
    d.found_at,
    d.explained_by,
    d.explained_at,
    d.why
FROM payouts.difference AS d
LEFT JOIN payouts.outbox AS o ON o.id = d.payout_id
LEFT JOIN payouts.work AS w ON w.id = d.payout_id;

-- The sums of each account and day, minor units.
CREATE VIEW payouts.daily_books
AS
SELECT
    s.account,
    s.day,
    s.opening,
    s.closing,
    s.debit,
    s.credit,
    l.payouts,
    l.paid,
    l.fees,
    l.returned,
    l.top_ups,
    l.other_debits,
    l.other_credits,
    d.open_differences,
    d.explained_differences,
    s.adds_up,
    s.closed,
    s.compared_at,
    s.problem
FROM payouts.statement AS s
CROSS JOIN LATERAL (
    SELECT
        count(*) FILTER (WHERE l.kind = 'payout') AS payouts,
        coalesce(sum(l.amount) FILTER (WHERE l.kind = 'payout'), 0) AS paid,
        coalesce(sum(l.amount) FILTER (WHERE l.kind = 'fee'), 0) AS fees,
        coalesce(sum(l.amount) FILTER (WHERE l.kind = 'return'), 0) AS returned,
        coalesce(sum(l.amount) FILTER (WHERE l.kind = 'topup'), 0) AS top_ups,
        coalesce(sum(l.amount) FILTER (WHERE l.kind = 'other' AND l.side = 'debit'), 0) AS other_debits,
        coalesce(sum(l.amount) FILTER (WHERE l.kind = 'other' AND l.side = 'credit'), 0) AS other_credits
    FROM payouts.statement_line AS l
    WHERE l.account = s.account AND l.day = s.day AND l.gone_at IS NULL
) AS l
CROSS JOIN LATERAL (
    SELECT
        count(*) FILTER (WHERE d.state = 'open') AS open_differences,
        count(*) FILTER (WHERE d.state = 'explained') AS explained_differences
    FROM payouts.difference AS d
    WHERE d.account = s.account AND d.day = s.day
) AS d;

-- Asks for a day to be compared, for the first time or again; a worker does it within a minute.
CREATE FUNCTION payouts.request_reconcile(of_account text, of_day date) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
BEGIN
    IF of_account !~ '^[0-9]{20}$' OR of_account IS NULL THEN
        RAISE EXCEPTION 'account: 20 digits are expected' USING ERRCODE = 'PW030';
    END IF;
    -- No bank is further ahead than that.
    IF of_day > (now() AT TIME ZONE 'UTC' + interval '14 hours')::date OR of_day IS NULL THEN
        RAISE EXCEPTION 'day %: it has not come yet', of_day USING ERRCODE = 'PW030';
    END IF;
    INSERT INTO payouts.statement AS s (account, day, due_at, asked_by)
    VALUES (of_account, of_day, now(), payouts.actor())
    ON CONFLICT (account, day) DO UPDATE SET due_at = now(), asked_by = excluded.asked_by, attempts = 0;
    RETURN 'asked';
END
$$;

-- Says who looks into a difference.
CREATE FUNCTION payouts.own_difference(difference_id bigint, who text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
BEGIN
    PERFORM payouts.actor();
    UPDATE payouts.difference SET owner = nullif(who, '') WHERE id = difference_id AND state = 'open';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no open difference %', difference_id USING ERRCODE = 'PW031';
    END IF;
    RETURN 'owned by ' || coalesce(nullif(who, ''), 'nobody');
END
$$;

-- Closes a difference. It changes no payout: what the money did is said by payouts.resolve and the worker alone.
CREATE FUNCTION payouts.explain_difference(difference_id bigint, reason text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
BEGIN
    IF reason !~ '\S' OR reason IS NULL THEN
        RAISE EXCEPTION 'a reason is needed: what explains it' USING ERRCODE = 'PW031';
    END IF;
    UPDATE payouts.difference
    SET state = 'explained', explained_by = payouts.actor(), explained_at = now(), why = reason, by_itself = false
    WHERE id = difference_id AND state = 'open';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no open difference %', difference_id USING ERRCODE = 'PW031';
    END IF;
    RETURN 'explained';
END
$$;

REVOKE ALL ON payouts.statement, payouts.statement_line, payouts.difference, payouts.differences, payouts.daily_books
FROM PUBLIC;

REVOKE ALL ON FUNCTION
    payouts.request_reconcile(text, date), payouts.own_difference(bigint, text),
    payouts.explain_difference(bigint, text)
FROM PUBLIC;

GRANT SELECT, INSERT ON payouts.statement, payouts.statement_line, payouts.difference TO payouts_worker;

GRANT UPDATE (
    due_at, attempts, problem, opening, closing, debit, credit, adds_up, closed, compared_at, runs
) ON payouts.statement TO payouts_worker;

GRANT UPDATE (kind, payout_id, gone_at) ON payouts.statement_line TO payouts_worker;

GRANT UPDATE (
    payout_id, payment_id, there, here, text, state, explained_by, explained_at, why, by_itself
) ON payouts.difference TO payouts_worker;

GRANT SELECT ON payouts.differences, payouts.daily_books TO payouts_worker, payouts_erp;

GRANT EXECUTE ON FUNCTION payouts.request_reconcile(text, date) TO payouts_worker;

GRANT SELECT ON
    payouts.statement, payouts.statement_line, payouts.difference, payouts.differences, payouts.daily_books
TO payouts_ops, payouts_auditor;

GRANT EXECUTE ON FUNCTION
    payouts.request_reconcile(text, date), payouts.own_difference(bigint, text),
    payouts.explain_difference(bigint, text)
TO payouts_ops;
