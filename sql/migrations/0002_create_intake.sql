-- From the ERP's INSERT to work, and the table's defence of itself.

-- The reference that the bank sees: always the same for one order of one installation, and it says nothing about the
-- ERP. An expression, which becomes a part of the statement that calls it.
CREATE FUNCTION payouts.bank_ref(installation uuid, erp_key text) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN left(encode(sha256(convert_to(installation::text || ':' || erp_key, 'UTF8')), 'hex'), 32);

-- In plpgsql, as those below: a function in SQL that reads a table is planned anew in every statement that calls it.
CREATE FUNCTION payouts.bank_ref(erp_key text) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (SELECT payouts.bank_ref(i.id, erp_key) FROM payouts.installation AS i);
END
$$;

CREATE FUNCTION payouts.in_gap() RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM payouts.gap AS g WHERE g.released_at IS NULL);
END
$$;

-- Asked once a statement, before each row is: mostly nothing is stopped.
CREATE FUNCTION payouts.is_any_stopped() RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN payouts.in_gap() OR EXISTS (SELECT FROM payouts.switch AS s WHERE s.resumed_at IS NULL);
END
$$;

-- One writer at a time for each payout, in the order of their ids, so that two sets cannot deadlock. Open payouts are
-- locked by their row of work, final ones, which have none, by their order. The switch lock is shared: a stop that has
-- returned is seen by every intent after it. What is locked is read by a statement of its own, which looks after it.
CREATE FUNCTION payouts.lock_payouts(ids bigint[]) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('payouts.switch', 0));
    PERFORM FROM payouts.work AS w WHERE w.id = ANY (ids) ORDER BY w.id FOR UPDATE;
    PERFORM FROM payouts.outbox AS o
    WHERE o.id = ANY (ids) AND o.state IS NOT NULL AND o.state <> 'held'
    ORDER BY o.id
    FOR UPDATE;
END
$$;

-- A gap stops everything; a switch stops what it names.
CREATE FUNCTION payouts.is_stopped(project text, account text, method text) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN payouts.in_gap()
        OR EXISTS (
            SELECT FROM payouts.switch AS s
            WHERE s.resumed_at IS NULL
              AND (
                  s.scope = 'all'
                  OR (s.scope = 'project' AND s.value = project)
                  OR (s.scope = 'account' AND s.value = account)
                  OR (s.scope = 'method' AND s.value = method)
              )
        );
END
$$;

-- One statement for the whole INSERT, and one notification for its transaction: 100,000 rows cost one each.
CREATE FUNCTION payouts.take_in() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
BEGIN
    INSERT INTO payouts.work (id, due_at, method, flow, sender_account, priority)
    SELECT
        f.id,
        coalesce(f.not_before, now()),
        f.method,
        coalesce(f.flow, CASE f.method WHEN 'card' THEN 'single_request' ELSE 'two_step' END),
        f.sender_account,
        f.priority
    FROM fresh AS f;
    PERFORM pg_notify('payouts_due', '');
    RETURN NULL;
END
$$;

CREATE TRIGGER take_in
AFTER INSERT ON payouts.outbox
REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT
EXECUTE FUNCTION payouts.take_in();

-- A clear card number is refused before the constraint sees it: the constraint would quote the whole row in its error,
-- and the number would stand in the log of the server.
CREATE FUNCTION payouts.refuse_clear_card() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF NEW.card_last4 !~ '^[0-9]{4}$' THEN
        RAISE EXCEPTION 'card_last4: four digits are expected'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'card_last4_is_four_digits';
    END IF;
    RAISE EXCEPTION 'sealed_card: a card number must be sealed, and stand in no other column'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'card_number_must_be_sealed',
            HINT = 'Seal it with ./payouts seal-card or openssl, and leave recipient_account out.';
END
$$;

CREATE TRIGGER clear_card_is_refused
BEFORE INSERT ON payouts.outbox
FOR EACH ROW
WHEN (
    NEW.card_last4 !~ '^[0-9]{4}$'
    OR (NEW.method = 'card' AND (NEW.recipient_account IS NOT NULL OR octet_length(NEW.sealed_card) < 256))
)
EXECUTE FUNCTION payouts.refuse_clear_card();

-- What was approved is what is paid: nobody changes an order, whatever their rights. Only the sealed card may go.
CREATE FUNCTION payouts.refuse_change() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_TABLE_NAME = 'event' THEN
        RAISE EXCEPTION 'payouts.event: the history is only ever added to' USING ERRCODE = 'PW001';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'payouts.outbox: the order of payout % cannot be changed', OLD.erp_key
            USING ERRCODE = 'PW001', HINT = 'Cancel this payout and insert a new one under a new erp_key.';
    END IF;
    RAISE EXCEPTION 'payouts.%: rows are never deleted', TG_TABLE_NAME
        USING ERRCODE = 'PW001', HINT = 'Its keys must stay, or the same order could be paid again.';
END
$$;

CREATE TRIGGER order_is_immutable
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
EXECUTE FUNCTION payouts.refuse_change();

CREATE TRIGGER outbox_is_never_deleted
BEFORE DELETE ON payouts.outbox
FOR EACH ROW
EXECUTE FUNCTION payouts.refuse_change();

CREATE TRIGGER outbox_is_never_truncated
BEFORE TRUNCATE ON payouts.outbox
FOR EACH STATEMENT
EXECUTE FUNCTION payouts.refuse_change();

-- A result may only become what money truth allows: paid wins over failed and cancelled, returned comes after paid.
CREATE FUNCTION payouts.refuse_illegal_result() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION 'payouts.outbox: payout % cannot go from % to %', OLD.erp_key, OLD.state, NEW.state
        USING ERRCODE = 'PW002';
END
$$;

CREATE TRIGGER result_is_legal
BEFORE UPDATE OF state ON payouts.outbox
FOR EACH ROW
WHEN (
    OLD.state <> 'held'
    AND NEW.state IS DISTINCT FROM OLD.state
    AND NOT (OLD.state IN ('failed', 'cancelled', 'rejected') AND NEW.state IS NOT DISTINCT FROM 'paid')
    AND NOT (OLD.state = 'paid' AND NEW.state IS NOT DISTINCT FROM 'returned')
)
EXECUTE FUNCTION payouts.refuse_illegal_result();

-- Not as its owner: whoever may write here may read that table, and changing roles for each row costs more than the row.
-- So the operators are named: they are not sought where the caller says.
CREATE FUNCTION payouts.check_move() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM payouts.legal_move AS m
        WHERE m.from_state OPERATOR(pg_catalog.=) OLD.state AND m.to_state OPERATOR(pg_catalog.=) NEW.state
    ) THEN
        RAISE EXCEPTION 'payouts.work: payout % cannot go from % to %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'PW002';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER move_is_legal
BEFORE UPDATE OF state ON payouts.work
FOR EACH ROW
WHEN (OLD.state IS DISTINCT FROM NEW.state)
EXECUTE FUNCTION payouts.check_move();

-- The history is only ever added to, by anybody.
CREATE TRIGGER event_is_never_changed
BEFORE UPDATE OR DELETE ON payouts.event
FOR EACH ROW
EXECUTE FUNCTION payouts.refuse_change();

CREATE TRIGGER event_is_never_truncated
BEFORE TRUNCATE ON payouts.event
FOR EACH STATEMENT
EXECUTE FUNCTION payouts.refuse_change();
