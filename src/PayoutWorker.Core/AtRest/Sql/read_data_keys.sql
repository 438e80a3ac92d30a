SELECT k.id, k.kek_id, k.wrapped FROM payouts.data_key AS k WHERE k.id = ANY (@ids::uuid[]);
