-- The Russian production calendar as far as it was known when this was written. To put in a year, or to correct one, as
-- payouts_migrator: psql -v ON_ERROR_STOP=1 -1 -f sql/calendar/russia.sql
-- Each call replaces its whole year: weekdays that are off, then Saturdays and Sundays that are worked. The second
-- argument is false while the government has not decreed the year: then only the holidays of the law stand here.

SELECT payouts.set_calendar(
    2025, true, 'Government decree 1335 of 2024-10-04',
    '{2025-01-01, 2025-01-02, 2025-01-03, 2025-01-06, 2025-01-07, 2025-01-08, 2025-05-01, 2025-05-02, 2025-05-08,
      2025-05-09, 2025-06-12, 2025-06-13, 2025-11-03, 2025-11-04, 2025-12-31}',
    '{2025-11-01}'
);

SELECT payouts.set_calendar(
    2026, true, 'Government decree 1466 of 2025-09-24',
    '{2026-01-01, 2026-01-02, 2026-01-05, 2026-01-06, 2026-01-07, 2026-01-08, 2026-01-09, 2026-02-23, 2026-03-09,
      2026-05-01, 2026-05-11, 2026-06-12, 2026-11-04, 2026-12-31}',
    '{}'
);

SELECT payouts.set_calendar(
    2027, false, 'Labour Code, articles 111 and 112',
    '{2027-01-01, 2027-01-04, 2027-01-05, 2027-01-06, 2027-01-07, 2027-01-08, 2027-02-23, 2027-03-08, 2027-05-03,
      2027-05-10, 2027-06-14, 2027-11-04}',
    '{}'
);
