-- Between which ids orders of these days lie. An INSERT that ran for long bears an earlier time than its neighbours.
SELECT
    @since::timestamp AT TIME ZONE 'Europe/Moscow' AS since,
    @until::timestamp AT TIME ZONE 'Europe/Moscow' AS until,
    payouts.first_id_since(@since::timestamp AT TIME ZONE 'Europe/Moscow' - interval '1 hour') - 1 AS after,
    payouts.first_id_since(@until::timestamp AT TIME ZONE 'Europe/Moscow' + interval '1 hour') AS stop;
