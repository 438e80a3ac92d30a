-- For a transaction that works on a day as a set. The worker's connections are set for statements that name their rows by
-- key: with nested loops alone, and with plans that do not know how much they are given, this would be quadratic.
SELECT
    set_config('statement_timeout', @bound::text, true),
    set_config('enable_bitmapscan', 'on', true),
    set_config('enable_hashjoin', 'on', true),
    set_config('enable_memoize', 'on', true),
    set_config('enable_mergejoin', 'on', true),
    set_config('enable_seqscan', 'on', true),
    set_config('plan_cache_mode', 'force_custom_plan', true);
