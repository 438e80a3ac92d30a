-- Everything of these payouts that is or could be sealed, as the text that its digest is over. Written out here with
-- nothing but the built-in functions of PostgreSQL: the functions that sealed it are not believed.
WITH wanted AS (SELECT unnest(@ids::bigint[]) AS id),
final AS (
    SELECT o.id, o.state, o.project, o.bank_session_id, o.bank_payout_id, o.error_code, o.error_text, o.reason,
        o.returned_amount, o.finished_at
    FROM wanted AS t
    JOIN payouts.outbox AS o ON o.id = t.id
    WHERE o.state IN ('paid', 'failed', 'cancelled', 'rejected', 'returned')
      AND NOT EXISTS (SELECT FROM payouts.work AS w WHERE w.id = o.id)
)
SELECT o.id AS payout_id, i.item, array_to_json(i.fields)::text AS covered, o.created_at AS at, false AS was_seen
FROM wanted AS t
JOIN LATERAL (
    SELECT o.id, o.created_at, ARRAY[
        'order', o.erp_key, o.method, o.flow, o.amount::text, o.currency, o.sender_account, o.recipient_bik,
        o.is_fast::text, o.card_last4,
        CASE
            WHEN isfinite(o.not_before) THEN (extract(epoch FROM o.not_before) * 1000000)::bigint::text
            ELSE o.not_before::text
        END,
        o.priority::text, o.register_id, (extract(epoch FROM o.created_at) * 1000000)::bigint::text, o.created_by,
        o.ordered_by, o.reissue_of::text
    ] AS ordered, ARRAY[
        'personal', o.erp_key, o.recipient_name, o.recipient_account, o.recipient_inn, o.recipient_kpp, o.purpose,
        o.metadata::text
    ] AS personal
    FROM payouts.outbox AS o
    WHERE o.id = t.id
) AS o ON true
CROSS JOIN LATERAL (VALUES ('o', o.ordered), ('p', o.personal)) AS i (item, fields)
UNION ALL
SELECT e.payout_id, 'e' || e.id, array_to_json(ARRAY[
    'event', e.payout_id::text, (extract(epoch FROM e.at) * 1000000)::bigint::text, e.who, e.from_state, e.to_state,
    e.why, e.evidence, e.xid::text
])::text, e.at, pg_visible_in_snapshot(e.xid, (SELECT s.seen FROM payouts.sealed AS s))
FROM payouts.event AS e
JOIN wanted AS t ON t.id = e.payout_id
UNION ALL
SELECT f.id, 'r', array_to_json(ARRAY[
    'result', f.state, f.project, f.bank_session_id, f.bank_payout_id, f.error_code, f.error_text, f.reason,
    f.returned_amount::text, (extract(epoch FROM f.finished_at) * 1000000)::bigint::text
])::text, f.finished_at, false
FROM final AS f
UNION ALL
SELECT f.id, i.item, array_to_json(i.fields)::text, b.opened_at, false
FROM final AS f
JOIN payouts.bank_session AS b ON b.payout_id = f.id
CROSS JOIN LATERAL (
    VALUES
        (
            's' || b.n,
            ARRAY[
                'session', b.session_id, b.bank_payout_id, b.state, b.evidence,
                (extract(epoch FROM b.opened_at) * 1000000)::bigint::text
            ],
            true
        ),
        ('q' || b.n, ARRAY['confirm_information', b.confirm_information], b.confirm_information IS NOT NULL),
        ('h' || b.n, ARRAY['echo', b.echo], b.echo IS NOT NULL)
) AS i (item, fields, is_there)
WHERE i.is_there
UNION ALL
SELECT f.id, i.item, array_to_json(i.fields)::text, c.intended_at, false
FROM final AS f
JOIN payouts.bank_call AS c ON c.payout_id = f.id
CROSS JOIN LATERAL (
    VALUES
        (
            'c' || c.session_n || '.' || c.step,
            ARRAY[
                'call', c.idempotency_key, c.intended_by, (extract(epoch FROM c.intended_at) * 1000000)::bigint::text
            ],
            true
        ),
        (
            'a' || c.session_n || '.' || c.step,
            ARRAY[
                'answered', c.idempotency_key, c.intended_by,
                (extract(epoch FROM c.intended_at) * 1000000)::bigint::text, encode(c.body_hash, 'hex'),
                c.sends::text, (extract(epoch FROM c.last_sent_at) * 1000000)::bigint::text, c.outcome,
                c.http_status::text, c.bank_code, c.bank_text
            ],
            c.answered_at IS NOT NULL
        )
) AS i (item, fields, is_there)
WHERE i.is_there
UNION ALL
SELECT f.id, 'w' || h.id, array_to_json(ARRAY[
    'webhook', encode(h.sha256, 'hex'), h.key_id, (extract(epoch FROM h.received_at) * 1000000)::bigint::text
])::text, h.received_at, false
FROM final AS f
JOIN payouts.webhook AS h ON h.payout_id = f.id
UNION ALL
SELECT x.payout_id, 'x' || x.what, array_to_json(ARRAY[
    'erased', x.what, (extract(epoch FROM x.at) * 1000000)::bigint::text, x.months::text, encode(x.personal, 'hex')
])::text, x.at, false
FROM payouts.erased AS x
JOIN wanted AS t ON t.id = x.payout_id;
