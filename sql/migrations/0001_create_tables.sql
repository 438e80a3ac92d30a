-- The tables of PayoutWorker. Everything lives in the schema payouts; amounts are minor units (kopecks).

CREATE SCHEMA payouts;

REVOKE ALL ON SCHEMA payouts FROM PUBLIC;

-- One row: who we are. Hashed with each erp_key into the reference that the bank sees, so that a restored or
-- re-inserted order meets its own past there.
CREATE TABLE payouts.installation (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    created_at timestamptz NOT NULL DEFAULT now()
);

INSERT INTO payouts.installation DEFAULT VALUES;

-- What the ERP ordered, immutable after insert, and beside it what became of it. Constraints refuse only what makes a
-- row meaningless; wrong requisites end as state 'rejected', so that one bad row never stops an INSERT of 100,000.
CREATE TABLE payouts.outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    erp_key text NOT NULL,
    method text NOT NULL,
    flow text,
    amount bigint NOT NULL,
    currency text NOT NULL DEFAULT 'RUB',
    sender_account text,
    recipient_name text,
    recipient_account text,
    recipient_bik text,
    recipient_inn text,
    recipient_kpp text,
    purpose text,
    is_fast boolean NOT NULL DEFAULT false,
    sealed_card bytea,
    card_last4 text,
    metadata jsonb,
    not_before timestamptz,
    priority smallint NOT NULL DEFAULT 0,
    register_id text,
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by text NOT NULL DEFAULT session_user,
    -- The order that came to nothing, and that this one stands in for.
    reissue_of bigint REFERENCES payouts.outbox (id),

    -- Results, written by the worker: state is null while the payout is open and not held.
    state text,
    -- The bank project that it went through: who wants to ask about it later must ask there.
    project text,
    bank_session_id text,
    bank_payout_id text,
    error_code text,
    error_text text,
    reason text,
    returned_amount bigint NOT NULL DEFAULT 0,
    finished_at timestamptz,

    CONSTRAINT erp_key_is_unique UNIQUE (erp_key),
    CONSTRAINT erp_key_has_1_to_120_characters CHECK (erp_key ~ '\S' AND length(erp_key) <= 120),
    CONSTRAINT method_is_account_or_card CHECK (method IN ('account', 'card')),
    CONSTRAINT flow_is_two_step_or_single_request CHECK (flow IN ('two_step', 'single_request')),
    CONSTRAINT amount_is_above_zero_in_minor_units CHECK (amount > 0),
    -- RSA-OAEP with a key of 2048 bits or more makes 256 bytes or more: a clear number cannot pass for one.
    CONSTRAINT card_number_must_be_sealed CHECK (
        method <> 'card' OR (recipient_account IS NULL AND (sealed_card IS NULL OR octet_length(sealed_card) >= 256))
    ),
    CONSTRAINT card_last4_is_four_digits CHECK (card_last4 ~ '^[0-9]{4}$'),
    CONSTRAINT state_is_a_result CHECK (
        state IN ('held', 'paid', 'failed', 'cancelled', 'rejected', 'returned')
    )
);

CREATE UNIQUE INDEX outbox_reissued ON payouts.outbox (reissue_of) WHERE reissue_of IS NOT NULL;

-- One narrow row for each open payout, gone when it is final: a claim never walks through history.
CREATE TABLE payouts.work (
    id bigint PRIMARY KEY,
    state text NOT NULL DEFAULT 'new',
    state_since timestamptz NOT NULL DEFAULT now(),
    -- When to look next; while somebody drives the row, the end of the lease.
    due_at timestamptz NOT NULL,
    -- Raised by each claim and each change of state: an intent is written only under the fence it was planned with.
    fence bigint NOT NULL DEFAULT 0,
    owner text,
    cancel boolean NOT NULL DEFAULT false,
    hold boolean NOT NULL DEFAULT false,
    held_from text,
    held_kind text,
    method text NOT NULL,
    flow text NOT NULL,
    sender_account text,
    project text,
    priority smallint NOT NULL,
    session_n smallint NOT NULL DEFAULT 0,
    claims smallint NOT NULL DEFAULT 0,
    polls smallint NOT NULL DEFAULT 0,
    -- When the bank last told us about it.
    heard_at timestamptz,

    CONSTRAINT held_knows_from_where_and_why CHECK (
        (state = 'held') = (held_from IS NOT NULL AND held_kind IS NOT NULL)
    ),
    CONSTRAINT held_kind_is_known CHECK (held_kind IN ('before_money', 'outcome_unknown', 'mismatch'))
)
WITH (
    fillfactor = 70,
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_threshold = 1000,
    autovacuum_vacuum_cost_delay = 0
);

CREATE INDEX work_due ON payouts.work (state, due_at) WHERE state <> 'new';

CREATE INDEX work_new ON payouts.work (priority DESC, due_at, id) WHERE state = 'new';

-- Every legal move of work; the program's own table is compared with it by a test.
CREATE TABLE payouts.legal_move (
    from_state text NOT NULL,
    to_state text NOT NULL,
    PRIMARY KEY (from_state, to_state)
);

-- Every session ever opened for a payout. session_id is null until it is known.
CREATE TABLE payouts.bank_session (
    payout_id bigint NOT NULL,
    n smallint NOT NULL,
    session_id text,
    -- What the bank calls the payout in it, as first shown.
    bank_payout_id text,
    state text NOT NULL,
    evidence text,
    -- Raw text, echoed to the bank byte for byte.
    confirm_information text,
    -- The guarded fields of what the bank showed, as JSON.
    echo text,
    opened_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (payout_id, n),
    CONSTRAINT session_state_is_known CHECK (state IN ('empty', 'armed', 'dead', 'paid'))
)
-- It is inserted short and grows twice: with room for that beside it nothing else is touched.
WITH (fillfactor = 40);

CREATE UNIQUE INDEX bank_session_by_session_id ON payouts.bank_session (session_id) WHERE session_id IS NOT NULL;

-- The last line against paying twice: a second session cannot be started while the first may still pay.
CREATE UNIQUE INDEX one_armed_session_per_payout ON payouts.bank_session (payout_id) WHERE state = 'armed';

-- One row for each logical call, written before it leaves. A re-send keeps the key; sends counts those that may have left.
CREATE TABLE payouts.bank_call (
    payout_id bigint NOT NULL,
    session_n smallint NOT NULL,
    step text NOT NULL,
    idempotency_key text NOT NULL,
    -- SHA-256 of the body; HMAC-SHA-256 with a key outside the database where the body holds a card number.
    body_hash bytea,
    sends smallint NOT NULL DEFAULT 1,
    intended_by text NOT NULL,
    intended_at timestamptz NOT NULL DEFAULT now(),
    last_sent_at timestamptz NOT NULL DEFAULT now(),
    answered_at timestamptz,
    outcome text,
    http_status smallint,
    bank_code text,
    bank_text text,
    duration_ms integer,
    PRIMARY KEY (payout_id, session_n, step),
    CONSTRAINT step_is_known CHECK (step IN ('create', 'start', 'init', 'confirm', 'cancel'))
)
-- With room for the answer beside the intent.
WITH (fillfactor = 60);

-- Inbox: what the bank sent, verified and as received. applied_at is null until it was taken into account.
CREATE TABLE payouts.webhook (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sha256 bytea NOT NULL,
    body bytea NOT NULL,
    signature text NOT NULL,
    key_id text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    due_at timestamptz NOT NULL DEFAULT now(),
    type text,
    session_id text,
    payout_id bigint,
    outcome text,
    applied_at timestamptz,
    CONSTRAINT webhook_body_is_unique UNIQUE (sha256)
)
-- It is written once more when it is applied. On the same page the log holds only what changed, and not the body again.
WITH (fillfactor = 50);

-- None waits for ever. A condition that the other index does not have, so that a search by session cannot be planned as a
-- walk through this one.
CREATE INDEX webhook_unapplied ON payouts.webhook (due_at, id) WHERE applied_at IS NULL AND due_at < 'infinity';

CREATE INDEX webhook_orphans ON payouts.webhook (session_id) WHERE applied_at IS NULL AND session_id IS NOT NULL;

-- The history: who moved a payout, from where to where, why, on what evidence. Only ever added to.
CREATE TABLE payouts.event (
    -- The transaction that wrote it: what is new to a reader is told by it, since ids and times are given before a commit
    -- and not in its order. The first column, so its default comes first: a transaction has its own number before it
    -- draws the first id, and payouts.events_above relies on that. So the sequence of ids keeps CACHE 1, too.
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payout_id bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    who text NOT NULL,
    from_state text,
    to_state text NOT NULL,
    why text NOT NULL,
    evidence text
);

-- A payout has few events; in their order they would cost a fifth more to write.
CREATE INDEX event_by_payout ON payouts.event (payout_id);

-- Paid account payouts that may still come back: when to ask next.
CREATE TABLE payouts.return_watch (
    payout_id bigint PRIMARY KEY,
    asked smallint NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL,
    paid_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX return_watch_due ON payouts.return_watch (next_at);

-- Stop switches. A row without resumed_at is in force.
CREATE TABLE payouts.switch (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    scope text NOT NULL,
    value text NOT NULL DEFAULT '',
    stopped_by text NOT NULL,
    stopped_at timestamptz NOT NULL DEFAULT now(),
    reason text NOT NULL,
    resumed_by text,
    resumed_at timestamptz,
    resume_reason text,
    CONSTRAINT scope_is_known CHECK (scope IN ('all', 'project', 'account', 'method')),
    CONSTRAINT only_all_has_no_value CHECK ((scope = 'all') = (value = ''))
);

CREATE UNIQUE INDEX switch_in_force ON payouts.switch (scope, value) WHERE resumed_at IS NULL;

-- The database went back in time: a restore, or a fail-over that lost commits. Until a person has released it nothing
-- that could lead to a payment is sent; every payout whose session is known is asked about.
CREATE TABLE payouts.gap (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    found_by text NOT NULL,
    found_at timestamptz NOT NULL DEFAULT now(),
    reason text NOT NULL,
    released_by text,
    released_at timestamptz,
    release_reason text
);

CREATE UNIQUE INDEX gap_open ON payouts.gap ((true)) WHERE released_at IS NULL;

-- What a person says became of a payout whose outcome the bank does not tell; a second person must agree.
CREATE TABLE payouts.resolution (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payout_id bigint NOT NULL,
    outcome text NOT NULL,
    evidence text NOT NULL,
    proposed_by text NOT NULL DEFAULT session_user,
    proposed_at timestamptz NOT NULL DEFAULT now(),
    approved_by text,
    approved_at timestamptz,
    CONSTRAINT outcome_is_paid_or_failed CHECK (outcome IN ('paid', 'failed')),
    CONSTRAINT evidence_is_given CHECK (evidence ~ '\S'),
    CONSTRAINT a_second_person_approves CHECK (lower(approved_by) <> lower(proposed_by))
);

-- What a code of the bank means; a code that is not here means that the outcome is not known.
CREATE TABLE payouts.bank_error (
    code text PRIMARY KEY,
    class text NOT NULL,
    note text NOT NULL,
    changed_by text NOT NULL DEFAULT session_user,
    changed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT class_is_known CHECK (
        class IN ('unknown', 'retry', 'fail', 'hold', 'pause_project', 'short_of_money')
    )
);

-- Alarms: one open row for each kind and subject.
CREATE TABLE payouts.alarm (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    subject text NOT NULL,
    text text NOT NULL,
    payout_id bigint,
    times integer NOT NULL DEFAULT 1,
    raised_at timestamptz NOT NULL DEFAULT now(),
    last_at timestamptz NOT NULL DEFAULT now(),
    acknowledged_by text,
    acknowledged_at timestamptz
);

CREATE UNIQUE INDEX alarm_open ON payouts.alarm (kind, subject) WHERE acknowledged_at IS NULL;

-- Running workers.
CREATE TABLE payouts.node (
    name text PRIMARY KEY,
    version text NOT NULL,
    scheduler text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    heartbeat_at timestamptz NOT NULL DEFAULT now()
);
