-- What the bank told about people is sealed by the program before it is written; here lie the keys that it seals with,
-- each wrapped by a key that is not in the database. And who looked at personal data in the pages.

CREATE TABLE payouts.data_key (
    id uuid PRIMARY KEY,
    -- Names the key outside the database that wraps this one.
    kek_id text NOT NULL,
    wrapped bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- Only ever added to; what it says of people is that somebody looked.
CREATE TABLE payouts.personal_view (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    who text NOT NULL,
    payout_id bigint NOT NULL,
    -- The payout itself, or one of its webhooks as it came.
    what text NOT NULL,
    -- The address that the question came from, as the worker saw it.
    address text
);

CREATE INDEX personal_view_by_payout ON payouts.personal_view (payout_id, id);

CREATE FUNCTION payouts.refuse_view_change() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION 'payouts.personal_view: rows are only ever added' USING ERRCODE = 'PW001';
END
$$;

CREATE TRIGGER personal_view_is_never_changed
BEFORE UPDATE ON payouts.personal_view
FOR EACH ROW
EXECUTE FUNCTION payouts.refuse_view_change();

-- Before somebody is shown the names and numbers of a payout. Returns false where there is no such payout.
CREATE FUNCTION payouts.record_view(of_payout bigint, what text, address text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM payouts.outbox AS o WHERE o.id = of_payout) THEN
        RETURN false;
    END IF;
    INSERT INTO payouts.personal_view (who, payout_id, what, address)
    VALUES (payouts.actor(), of_payout, left(record_view.what, 100), left(record_view.address, 100));
    RETURN true;
END
$$;

-- A webhook as it is stored, mostly sealed: only the program can open it. Who looked stands in the payout's history and
-- among the views.
DROP FUNCTION payouts.read_webhook(bigint);

CREATE FUNCTION payouts.read_webhook(webhook_id bigint, address text, OUT body bytea, OUT sha256 bytea)
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
    PERFORM payouts.record_view(looked.payout_id, format('webhook %s', webhook_id), read_webhook.address);
    body := looked.body;
    sha256 := looked.sha256;
END
$$;

REVOKE ALL ON payouts.data_key, payouts.personal_view FROM PUBLIC;

REVOKE ALL ON FUNCTION
    payouts.record_view(bigint, text, text), payouts.read_webhook(bigint, text), payouts.refuse_view_change()
FROM PUBLIC;

GRANT SELECT, INSERT, UPDATE (kek_id, wrapped) ON payouts.data_key TO payouts_worker;

-- The endpoint makes keys and cannot read one, not even its own.
GRANT INSERT (id, kek_id, wrapped) ON payouts.data_key TO payouts_webhook;

GRANT SELECT ON payouts.personal_view TO payouts_ops, payouts_auditor;

GRANT EXECUTE ON FUNCTION payouts.record_view(bigint, text, text), payouts.read_webhook(bigint, text) TO payouts_ops;
