INSERT INTO payouts.switch (scope, value, stopped_by, reason)
SELECT DISTINCT ON (c.project) 'project', c.project, @owner, c.reason
FROM unnest(@stop_projects::text[], @stop_reasons::text[]) AS c (project, reason)
ON CONFLICT (scope, value) WHERE resumed_at IS NULL DO NOTHING;
