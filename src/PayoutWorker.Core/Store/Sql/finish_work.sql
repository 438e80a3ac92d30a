DELETE FROM payouts.work AS w WHERE w.id = ANY (@done_ids::bigint[]);
