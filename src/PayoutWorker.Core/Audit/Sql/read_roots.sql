-- The roots that are news to who knows those up to a day; the newest alone to who knows none.
SELECT a.day, encode(a.root, 'hex') AS root
FROM payouts.audit_root AS a
WHERE a.day > coalesce(@known::date, (SELECT max(l.day) FROM payouts.audit_root AS l) - 1)
ORDER BY a.day;
