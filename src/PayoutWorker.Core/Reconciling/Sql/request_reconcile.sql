SELECT payouts.request_reconcile(@account::text, @day::date);
