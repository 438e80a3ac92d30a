INSERT INTO payouts.return_watch (payout_id, next_at)
SELECT c.payout_id, now() + c.first
FROM unnest(@watch_payouts::bigint[], @watch_firsts::interval[]) AS c (payout_id, first)
ON CONFLICT DO NOTHING;
