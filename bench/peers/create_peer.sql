-- The tables that every peer of the benchmark works on: an order with its state, an intent before each call that can
-- lead to money, and an inbox. No history, no guard, no switches: what a peer leaves out is to its advantage.

CREATE SCHEMA peer;

CREATE TABLE peer.payout (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    erp_key text NOT NULL UNIQUE,
    amount bigint NOT NULL,
    sender_account text NOT NULL,
    recipient_name text NOT NULL,
    recipient_account text NOT NULL,
    recipient_bik text NOT NULL,
    purpose text NOT NULL,
    -- new, creating, starting, started, ready, confirming, confirmed, paid
    state text NOT NULL DEFAULT 'new',
    session_id text UNIQUE,
    confirm_information text,
    due_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    first_call_at timestamptz,
    finished_at timestamptz
) WITH (fillfactor = 70);

CREATE INDEX payout_is_open ON peer.payout (id) WHERE state = 'new';

-- Committed before the call leaves; the answer is written beside it.
CREATE TABLE peer.call (
    payout_id bigint NOT NULL,
    step text NOT NULL,
    idempotency_key text NOT NULL,
    intended_at timestamptz NOT NULL DEFAULT now(),
    outcome text,
    PRIMARY KEY (payout_id, step)
) WITH (fillfactor = 80);

-- Committed before the webhook is answered with 200.
CREATE TABLE peer.inbox (
    sha256 bytea PRIMARY KEY,
    body bytea NOT NULL,
    signature text NOT NULL,
    session_id text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    applied_at timestamptz
) WITH (fillfactor = 80);
