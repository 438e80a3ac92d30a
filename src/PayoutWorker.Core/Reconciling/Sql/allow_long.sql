SELECT set_config('statement_timeout', @bound::text, true);
