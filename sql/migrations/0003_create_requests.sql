-- What the ERP and the operators read and ask for.

-- Who asks, for the history and for rules that need two people. The operators' pages share one login and name the
-- person for each transaction; nobody else is believed, so no other login can pass for somebody.
CREATE FUNCTION payouts.actor() RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    person text := current_setting('payouts.actor', true);
BEGIN
    IF session_user <> 'payouts_ops' THEN
        RETURN session_user;
    END IF;
    IF person IS NULL OR person !~ '\S' THEN
        RAISE EXCEPTION 'payouts_ops must say who acts' USING ERRCODE = 'PW017',
            HINT = 'SELECT set_config(''payouts.actor'', name, true) in the same transaction.';
    END IF;
    RETURN person;
END
$$;

-- The live state of every payout, in plain words. The ERP reads this and nothing else.
CREATE VIEW payouts.status
WITH (security_barrier = false)
AS
SELECT
    o.erp_key,
    o.id AS payout_id,
    coalesce(w.state, o.state) AS state,
    CASE coalesce(w.state, o.state)
        WHEN 'new' THEN 'waits for its turn'
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
    w.due_at AS next_look_at,
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

-- The payout's row of work, locked; an error when there is no such payout or it is final.
CREATE FUNCTION payouts.lock_for_request(key text) RETURNS payouts.work
LANGUAGE plpgsql
AS $$
DECLARE
    order_id bigint;
    locked payouts.work;
BEGIN
    SELECT o.id INTO order_id FROM payouts.outbox AS o WHERE o.erp_key = key;
    IF order_id IS NULL THEN
        RAISE EXCEPTION 'no payout has the erp_key %', key USING ERRCODE = 'PW010';
    END IF;
    SELECT w.* INTO locked FROM payouts.work AS w WHERE w.id = order_id FOR UPDATE;
    IF locked.id IS NULL THEN
        RAISE EXCEPTION 'payout % is already %', key, (SELECT o.state FROM payouts.outbox AS o WHERE o.id = order_id)
            USING ERRCODE = 'PW011';
    END IF;
    RETURN locked;
END
$$;

-- Asks to cancel. Before anything was started it is cancelled at once; at the bank, as soon as the bank waits for our
-- confirmation. Too late once it is confirmed.
CREATE FUNCTION payouts.request_cancel(key text, reason text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
DECLARE
    w payouts.work := payouts.lock_for_request(key);
BEGIN
    IF w.state IN ('confirming', 'confirmed') OR w.held_from IN ('confirming', 'confirmed') THEN
        RAISE EXCEPTION 'too late: payout % is %', key, w.state
            USING ERRCODE = 'PW012', HINT = 'The bank has our confirmation; a paid payout cannot be recalled.';
    END IF;
    IF w.held_kind = 'outcome_unknown' AND NOT EXISTS (
        SELECT FROM payouts.bank_session AS b
        WHERE b.payout_id = w.id AND b.n = w.session_n AND b.session_id IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'payout % cannot be cancelled: it is not known whether it was paid', key
            USING ERRCODE = 'PW013', HINT = 'Wait for the bank''s word, or have the outcome resolved with evidence.';
    END IF;
    UPDATE payouts.work SET cancel = true, due_at = least(due_at, now()) WHERE id = w.id;
    INSERT INTO payouts.event (payout_id, who, from_state, to_state, why, evidence)
    VALUES (w.id, payouts.actor(), w.state, w.state, 'cancel asked: ' || coalesce(nullif(reason, ''), 'no reason given'), NULL);
    PERFORM pg_notify('payouts_due', '');
    RETURN 'asked';
END
$$;

-- Asks to hold: it stops before the next call that could lead to a payment.
CREATE FUNCTION payouts.request_hold(key text, reason text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
DECLARE
    w payouts.work := payouts.lock_for_request(key);
BEGIN
    IF w.state IN ('confirming', 'confirmed', 'initiating', 'cancelling') THEN
        RAISE EXCEPTION 'too late: payout % is %', key, w.state USING ERRCODE = 'PW012';
    END IF;
    IF w.state = 'held' THEN
        RETURN 'is held';
    END IF;
    UPDATE payouts.work SET hold = true, due_at = least(due_at, now()) WHERE id = w.id;
    INSERT INTO payouts.event (payout_id, who, from_state, to_state, why)
    VALUES (w.id, payouts.actor(), w.state, w.state, 'hold asked: ' || coalesce(nullif(reason, ''), 'no reason given'));
    PERFORM pg_notify('payouts_due', '');
    RETURN 'asked';
END
$$;

-- The ERP releases what the ERP has held, and not what an operator has.
CREATE FUNCTION payouts.is_held_by_another(payout bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
    SELECT pg_has_role(session_user, 'payouts_erp', 'MEMBER')
        AND NOT pg_has_role(session_user, 'payouts_migrator', 'MEMBER')
        AND coalesce(
            (
                SELECT e.why LIKE 'hold asked: %' AND e.who <> session_user
                FROM payouts.event AS e
                WHERE e.payout_id = payout AND (e.why LIKE 'hold asked: %' OR e.why LIKE 'released: %')
                ORDER BY e.id DESC LIMIT 1
            ),
            false
        )
$$;

-- Lets a held payout go on where it was. What may have been paid is only asked about again; what the bank shows
-- differently than ordered is never released.
CREATE FUNCTION payouts.request_release(key text, reason text) RETURNS text
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

-- A moment, for people.
CREATE FUNCTION payouts.moment(at timestamptz) RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT to_char(at, 'YYYY-MM-DD HH24:MI:SS TZ')
$$;

-- The stop that keeps a payout from going on, as a sentence; the widest first. Null when there is none.
CREATE FUNCTION payouts.stopped_by(project text, account text, method text) RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT format(
        '%s %s stopped since %s by %s: %s. It goes on when somebody resumes that.',
        CASE s.scope
            WHEN 'all' THEN 'All payouts'
            WHEN 'project' THEN 'Project ' || s.value
            WHEN 'account' THEN 'Sender account ' || s.value
            ELSE 'Method ' || s.value
        END,
        CASE s.scope WHEN 'all' THEN 'are' ELSE 'is' END,
        payouts.moment(s.stopped_at),
        s.stopped_by,
        rtrim(s.reason, '. ')
    )
    FROM payouts.switch AS s
    WHERE s.resumed_at IS NULL
      AND (
          s.scope = 'all'
          OR (s.scope = 'project' AND s.value = stopped_by.project)
          OR (s.scope = 'account' AND s.value = stopped_by.account)
          OR (s.scope = 'method' AND s.value = stopped_by.method)
      )
    ORDER BY array_position(ARRAY['all', 'method', 'project', 'account'], s.scope), s.id
    LIMIT 1
$$;

-- What happens next with an open payout, and when.
CREATE FUNCTION payouts.next_step(w payouts.work) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    at constant text := payouts.moment(w.due_at);
    -- Claimed and not yet back: due_at is the end of the worker's lease.
    is_driven constant boolean := w.claims > 0 AND w.due_at > now();
    is_live constant boolean := EXISTS (
        SELECT FROM payouts.bank_session AS b
        WHERE b.payout_id = w.id AND b.n = w.session_n AND b.session_id IS NOT NULL AND b.state <> 'dead'
    );
    sends_next constant boolean := w.state IN ('new', 'creating', 'created', 'ready');
    gap payouts.gap;
    stop text;
BEGIN
    SELECT g.* INTO gap FROM payouts.gap AS g WHERE g.released_at IS NULL;
    IF gap.id IS NOT NULL AND (sends_next OR w.state = 'held') THEN
        RETURN format(
            'The database went back in time (found %s: %s): nothing that could pay is sent until a person releases '
                || 'that gap.',
            payouts.moment(gap.found_at), rtrim(gap.reason, '. ')
        );
    END IF;
    IF w.cancel AND w.state IN ('new', 'creating', 'created') THEN
        RETURN 'A cancel was asked for; it is cancelled at once.';
    END IF;
    IF w.cancel AND w.state IN ('starting', 'initiating', 'started') THEN
        RETURN format('A cancel was asked for; it is sent when the bank waits for our confirmation. Next look at %s, '
            || 'or as soon as the bank reports.', at);
    END IF;
    IF w.state = 'held' THEN
        RETURN CASE
            WHEN w.cancel THEN format('A cancel was asked for; next look at %s.', at)
            WHEN w.held_kind = 'before_money' THEN 'It waits for release or cancel.'
            WHEN w.held_kind = 'mismatch' THEN 'It waits to be cancelled.'
            WHEN NOT is_live THEN 'The bank cannot be asked, since its session is not known here: it waits for the '
                || 'bank''s webhook, or for two people who resolve it with evidence.'
            ELSE format('The bank is asked again at %s, or as soon as the bank reports.', at)
        END;
    END IF;
    IF w.hold THEN
        RETURN 'A hold was asked for; it takes effect before the next call that could lead to a payment.';
    END IF;
    stop := payouts.stopped_by(w.project, w.sender_account, w.method);
    IF sends_next AND stop IS NOT NULL THEN
        RETURN stop;
    END IF;
    IF is_driven THEN
        RETURN format('Worker %s has it in hand; were it lost, another takes over at %s.', w.owner, at);
    END IF;
    RETURN CASE
        WHEN w.state = 'new' AND w.due_at > now() THEN format('It starts at %s.', at)
        WHEN w.state = 'new' THEN 'It starts as soon as a worker is free.'
        WHEN w.state IN ('creating', 'created') AND w.due_at > now() THEN format('It goes on at %s.', at)
        WHEN w.state IN ('creating', 'created') THEN 'It goes on as soon as a worker is free.'
        WHEN w.state = 'ready' AND w.due_at > now() THEN format('It is confirmed at %s.', at)
        WHEN w.state = 'ready' THEN 'It is confirmed as soon as a worker is free.'
        WHEN w.due_at <= now() THEN 'The bank is asked as soon as a worker is free, or as soon as the bank reports.'
        WHEN w.state = 'initiating' AND NOT is_live
            THEN format('Its webhook is awaited until %s; then it is held.', at)
        ELSE format('The bank is asked at %s, or as soon as the bank reports.', at)
    END;
END
$$;

-- What still happens with a final payout.
CREATE FUNCTION payouts.last_step(id bigint, state text, may_pay_again boolean) RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT CASE
        WHEN may_pay_again THEN 'Nothing more happens; it may be ordered anew.'
        WHEN state IN ('failed', 'cancelled', 'rejected') THEN 'Nothing more happens. It may not be ordered anew: '
            || CASE
                WHEN EXISTS (SELECT FROM payouts.outbox AS n WHERE n.reissue_of = last_step.id)
                    THEN format(
                        'it was ordered anew as %s.',
                        (SELECT n.erp_key FROM payouts.outbox AS n WHERE n.reissue_of = last_step.id)
                    )
                WHEN EXISTS (
                    SELECT FROM payouts.bank_session AS b
                    WHERE b.payout_id = last_step.id AND b.state IN ('armed', 'paid')
                )
                    THEN 'a session of it at the bank is not proven dead.'
                ELSE 'it was open when the database went back in time; compare with the bank''s statement.'
            END
        ELSE coalesce(
            (
                SELECT 'Nothing more happens, unless money comes back: the bank is asked at '
                    || payouts.moment(r.next_at) || '.'
                FROM payouts.return_watch AS r
                WHERE r.payout_id = last_step.id
            ),
            'Nothing more happens.'
        )
    END
$$;

-- With a capital and a full stop; null for nothing.
CREATE FUNCTION payouts.sentence(words text) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
    SELECT upper(left(t.words, 1)) || substr(t.words, 2) || '.'
    FROM (SELECT nullif(rtrim(sentence.words, '. '), '')) AS t (words)
$$;

-- Why is it here, what happens next, and when.
CREATE FUNCTION payouts.explain(key text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
    SELECT format(
        'Payout %s is %s since %s: %s.%s%s %s',
        s.erp_key,
        s.state,
        payouts.moment(s.since),
        -- Nothing is said twice.
        regexp_replace(s.in_words, '^held: ', ''),
        coalesce(' ' || payouts.sentence(nullif(
            regexp_replace(s.reason, '^the bank shows another payout than was ordered: ', ''), s.state
        )), ''),
        coalesce(' The bank says ' || s.error_code || coalesce(': ' || rtrim(s.error_text, '. '), '') || '.', ''),
        CASE
            WHEN w.id IS NULL THEN payouts.last_step(s.payout_id, s.state, s.may_pay_again)
            ELSE payouts.next_step(w)
        END
    )
    FROM payouts.status AS s
    LEFT JOIN payouts.work AS w ON w.id = s.payout_id
    WHERE s.erp_key = key
$$;

-- Stops new money at once, in all workers; status and cancel go on. Returns the calls already under way: those cannot
-- be called back. The lock makes every intent either committed, and so in that number, or refused.
CREATE FUNCTION payouts.stop(what text, which text, why text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
BEGIN
    -- As people copy it from a page.
    which := regexp_replace(coalesce(which, ''), '\s', '', 'g');
    IF (what = 'account' AND which !~ '^[0-9]{20}$') OR (what = 'method' AND which NOT IN ('account', 'card')) THEN
        RAISE EXCEPTION 'a stop of % % would stop nothing', what, which
            USING ERRCODE = 'PW021', HINT = 'An account has 20 digits. A method is account or card.';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('payouts.switch', 0));
    INSERT INTO payouts.switch (scope, value, stopped_by, reason)
    VALUES (what, coalesce(which, ''), payouts.actor(), why)
    ON CONFLICT (scope, value) WHERE resumed_at IS NULL DO NOTHING;
    RETURN (
        SELECT count(*) FROM payouts.work AS w
        WHERE w.state IN ('creating', 'starting', 'initiating', 'confirming')
          AND (what = 'all' OR (what = 'project' AND w.project = which)
               OR (what = 'account' AND w.sender_account = which) OR (what = 'method' AND w.method = which))
    );
END
$$;

-- Lets it go on. Returns whether there was such a stop.
CREATE FUNCTION payouts.resume(what text, which text, why text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
DECLARE
    found boolean;
BEGIN
    which := regexp_replace(coalesce(which, ''), '\s', '', 'g');
    UPDATE payouts.switch SET resumed_by = payouts.actor(), resumed_at = now(), resume_reason = why
    WHERE scope = what AND value = coalesce(which, '') AND resumed_at IS NULL
    RETURNING true INTO found;
    UPDATE payouts.work AS w SET due_at = now()
    -- Claimed once or more: somebody drives it now, and its due_at is the end of a lease.
    WHERE w.state IN ('creating', 'created', 'ready') AND w.claims = 0 AND w.due_at > now()
      AND w.due_at < now() + interval '1 minute';
    PERFORM pg_notify('payouts_due', '');
    RETURN coalesce(found, false);
END
$$;

-- The worker found that the database went back in time. Nothing is paid from here on; what has a session is asked about.
CREATE FUNCTION payouts.open_gap(why text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
DECLARE
    opened boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('payouts.switch', 0));
    -- It went back once more, to a time at which an earlier gap was open: what was asked and decided for that one says
    -- nothing now. Within seconds it is another worker who has seen the same.
    UPDATE payouts.gap
    SET released_by = payouts.actor(), released_at = now(), release_reason = 'the database went back once more'
    WHERE released_at IS NULL AND found_at < now() - interval '10 seconds';
    INSERT INTO payouts.gap (found_by, reason) VALUES (payouts.actor(), why)
    ON CONFLICT DO NOTHING
    RETURNING true INTO opened;
    IF opened THEN
        UPDATE payouts.work SET due_at = now(), fence = fence + 1, heard_at = NULL WHERE state <> 'new';
        -- A create without an answer may be long past at the bank, and paid. Under the same key that shows; under the
        -- next session's key it would be paid again.
        WITH back AS (
            UPDATE payouts.work AS w
            SET state = 'new', state_since = now()
            FROM payouts.bank_call AS c
            WHERE w.state = 'creating' AND c.payout_id = w.id AND c.session_n = w.session_n AND c.step = 'create'
              AND c.outcome IS NULL
            RETURNING w.id
        )
        INSERT INTO payouts.event (payout_id, who, from_state, to_state, why)
        SELECT b.id, payouts.actor(), 'creating', 'new', 'the database went back in time: create is met again' FROM back AS b;
        INSERT INTO payouts.alarm (kind, subject, text) VALUES ('database_gap', 'database', why)
        ON CONFLICT (kind, subject) WHERE acknowledged_at IS NULL DO UPDATE
        SET times = alarm.times + 1, last_at = now(), text = excluded.text;
        PERFORM pg_notify('payouts_due', '');
    END IF;
    RETURN coalesce(opened, false);
END
$$;

-- A person has compared the bank's statement with the table and lets payouts go on. Refused while a payout whose
-- session is known was not asked about since. An order that the bank knows from before is held when it is met again.
CREATE FUNCTION payouts.release_gap(why text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
DECLARE
    open_gap payouts.gap;
    unasked bigint;
BEGIN
    SELECT g.* INTO open_gap FROM payouts.gap AS g WHERE g.released_at IS NULL FOR UPDATE;
    IF open_gap.id IS NULL THEN
        RAISE EXCEPTION 'there is no gap to release' USING ERRCODE = 'PW016';
    END IF;
    IF coalesce(why, '') !~ '\S' THEN
        RAISE EXCEPTION 'a reason is needed: what was compared, and with what result' USING ERRCODE = 'PW016';
    END IF;
    SELECT count(*) INTO unasked
    FROM payouts.work AS w
    JOIN payouts.bank_session AS b ON b.payout_id = w.id AND b.n = w.session_n AND b.session_id IS NOT NULL
    -- What has not begun, or ended by the bank's own word, is not asked about.
    WHERE w.state <> 'new' AND b.state <> 'dead' AND (w.heard_at IS NULL OR w.heard_at < open_gap.found_at);
    IF unasked > 0 THEN
        RAISE EXCEPTION '% payouts with a session were not asked about yet', unasked
            USING ERRCODE = 'PW016', HINT = 'A worker asks by itself; try again in a while.';
    END IF;
    UPDATE payouts.gap SET released_by = payouts.actor(), released_at = now(), release_reason = why WHERE id = open_gap.id;
    UPDATE payouts.work SET due_at = least(due_at, now()) WHERE state IN ('new', 'creating', 'created', 'ready');
    PERFORM pg_notify('payouts_due', '');
    RETURN 'released';
END
$$;

-- Says what became of a payout whose outcome is unknown, with evidence; the second person who says the same ends it.
CREATE FUNCTION payouts.resolve(key text, what text, proof text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = payouts, pg_temp
AS $$
DECLARE
    w payouts.work := payouts.lock_for_request(key);
    proposal payouts.resolution;
BEGIN
    IF w.state <> 'held' OR w.held_kind <> 'outcome_unknown' THEN
        RAISE EXCEPTION 'payout % is not held with an unknown outcome but %', key, w.state USING ERRCODE = 'PW014';
    END IF;
    IF coalesce(proof, '') !~ '\S' THEN
        RAISE EXCEPTION 'evidence is needed: what was seen, and where' USING ERRCODE = 'PW021';
    END IF;
    SELECT r.* INTO proposal
    FROM payouts.resolution AS r
    WHERE r.payout_id = w.id AND r.outcome = what AND r.approved_by IS NULL
      AND lower(r.proposed_by) <> lower(payouts.actor())
      -- What was said about an earlier hold says nothing about this one.
      AND r.proposed_at >= w.state_since
      -- Who has said something else since has taken it back.
      AND NOT EXISTS (
          SELECT FROM payouts.resolution AS later
          WHERE later.payout_id = r.payout_id AND later.proposed_by = r.proposed_by AND later.id > r.id
      )
    ORDER BY r.id DESC LIMIT 1;
    IF proposal.id IS NULL THEN
        INSERT INTO payouts.resolution (payout_id, outcome, evidence, proposed_by)
        VALUES (w.id, what, proof, payouts.actor());
        INSERT INTO payouts.event (payout_id, who, from_state, to_state, why, evidence)
        VALUES (w.id, payouts.actor(), 'held', 'held', 'resolution proposed: ' || what, proof);
        RETURN 'proposed; a second person must say the same';
    END IF;
    UPDATE payouts.resolution SET approved_by = payouts.actor(), approved_at = now() WHERE id = proposal.id;
    DELETE FROM payouts.work WHERE id = w.id;
    UPDATE payouts.bank_session SET state = 'dead', evidence = 'resolved: ' || proposal.evidence
    WHERE payout_id = w.id AND n = w.session_n AND what = 'failed';
    UPDATE payouts.outbox
    SET state = what, reason = 'resolved by two people: ' || proposal.evidence, finished_at = now(), sealed_card = NULL
    WHERE id = w.id;
    INSERT INTO payouts.event (payout_id, who, from_state, to_state, why, evidence)
    VALUES (w.id, payouts.actor(), 'held', what, 'resolved; proposed by ' || proposal.proposed_by, proof);
    PERFORM pg_notify('payouts_changed', '');
    RETURN 'resolved as ' || what;
END
$$;
