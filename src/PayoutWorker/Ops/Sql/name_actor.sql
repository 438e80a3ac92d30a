SELECT set_config('payouts.actor', @actor, true);

-- Whom the database believes it to be.
SELECT payouts.actor();
