-- The open rows as they are after the change; the lock is ours, so nothing has moved since they were read.
UPDATE payouts.work AS w
SET state = c.state,
    state_since = CASE WHEN w.state = c.state THEN w.state_since ELSE now() END,
    due_at = coalesce(now() + c.due_in, w.due_at),
    fence = c.fence,
    owner = CASE WHEN c.takes THEN @owner ELSE w.owner END,
    hold = c.hold,
    held_from = c.held_from,
    held_kind = c.held_kind,
    session_n = c.session_n,
    claims = c.claims,
    polls = c.polls,
    heard_at = CASE WHEN c.heard THEN now() ELSE w.heard_at END
FROM unnest(
    @work_ids::bigint[], @states::text[], @due_ins::interval[], @fences::bigint[], @holds::boolean[],
    @held_froms::text[], @held_kinds::text[], @session_ns::smallint[], @claims::smallint[], @polls::smallint[],
    @heards::boolean[], @takes::boolean[]
) AS c (id, state, due_in, fence, hold, held_from, held_kind, session_n, claims, polls, heard, takes)
WHERE w.id = c.id;
