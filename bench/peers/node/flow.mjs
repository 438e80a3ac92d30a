// A payout's three jobs. Each takes a list, so that an engine that hands out jobs in batches writes in sets too; an
// engine of single jobs gives lists of one. A list's rows are locked in the order of their ids: two sets that overlap
// must not deadlock.
import { newBank, readWebhook } from './bank.mjs';

// Named, so that each connection prepares them once.
const sql = {
  // A job's first run takes new rows only; a repeat goes on wherever its payout stands. Thus a payout that was
  // enqueued twice is driven once.
  take: `
    WITH mine AS (
      SELECT id, state FROM peer.payout
      WHERE id = ANY ($1::bigint[])
        AND (state = 'new' OR id = ANY ($2::bigint[]) AND state IN ('creating', 'starting'))
      ORDER BY id FOR UPDATE
    ), intent AS (
      INSERT INTO peer.call (payout_id, step, idempotency_key)
      SELECT p.id, 'create', p.erp_key || ':create'
      FROM mine JOIN peer.payout p USING (id) WHERE mine.state = 'new'
    )
    UPDATE peer.payout p
    SET state = CASE p.state WHEN 'new' THEN 'creating' ELSE p.state END,
        first_call_at = coalesce(p.first_call_at, clock_timestamp())
    FROM mine WHERE p.id = mine.id
    RETURNING p.*, mine.state <> 'new' AS again`,

  // The session and the intent to start it, in one write.
  created: `
    WITH mine AS (
      SELECT p.id, p.erp_key, a.session_id
      FROM unnest($1::bigint[], $2::text[]) AS a (id, session_id) JOIN peer.payout p ON p.id = a.id
      WHERE p.state = 'creating'
      ORDER BY p.id FOR UPDATE OF p
    ), answer AS (
      UPDATE peer.call c SET outcome = 'ok' FROM mine WHERE c.payout_id = mine.id AND c.step = 'create'
    ), intent AS (
      INSERT INTO peer.call (payout_id, step, idempotency_key) SELECT id, 'start', erp_key || ':start' FROM mine
    )
    UPDATE peer.payout p SET state = 'starting', session_id = mine.session_id FROM mine WHERE p.id = mine.id`,

  // A webhook may have brought the payout further already.
  started: `
    WITH mine AS (
      SELECT id FROM peer.payout WHERE id = ANY ($1::bigint[]) ORDER BY id FOR UPDATE
    ), answer AS (
      UPDATE peer.call c SET outcome = 'ok' FROM mine WHERE c.payout_id = mine.id AND c.step = 'start'
    )
    UPDATE peer.payout p SET state = 'started' FROM mine WHERE p.id = mine.id AND p.state = 'starting'`,

  // Amount and payee are compared, and the intent to confirm is written, in one statement. 'confirming' is a repeat.
  confirming: `
    WITH mine AS (
      SELECT p.id, p.erp_key, p.state, w.information
      FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[]) AS w (session_id, amount, account, information)
      JOIN peer.payout p ON p.session_id = w.session_id
      WHERE p.state IN ('starting', 'started', 'confirming')
        AND p.amount = w.amount AND p.recipient_account = w.account
      ORDER BY p.id FOR UPDATE OF p
    ), intent AS (
      INSERT INTO peer.call (payout_id, step, idempotency_key)
      SELECT id, 'confirm', erp_key || ':confirm' FROM mine WHERE state <> 'confirming'
    ), applied AS (
      UPDATE peer.inbox i SET applied_at = clock_timestamp()
      FROM unnest($5::text[]) AS s (sha256) WHERE i.sha256 = decode(s.sha256, 'hex')
    )
    UPDATE peer.payout p SET state = 'confirming', confirm_information = mine.information
    FROM mine WHERE p.id = mine.id
    RETURNING p.id, p.erp_key, p.session_id, p.confirm_information`,

  confirmed: `
    WITH mine AS (
      SELECT id FROM peer.payout WHERE id = ANY ($1::bigint[]) ORDER BY id FOR UPDATE
    ), answer AS (
      UPDATE peer.call c SET outcome = 'ok' FROM mine WHERE c.payout_id = mine.id AND c.step = 'confirm'
    )
    UPDATE peer.payout p SET state = 'confirmed' FROM mine WHERE p.id = mine.id AND p.state = 'confirming'`,

  paid: `
    WITH mine AS (
      SELECT id FROM peer.payout
      WHERE session_id = ANY ($1::text[]) AND state IN ('confirming', 'confirmed')
      ORDER BY id FOR UPDATE
    ), applied AS (
      UPDATE peer.inbox i SET applied_at = clock_timestamp()
      FROM unnest($2::text[]) AS s (sha256) WHERE i.sha256 = decode(s.sha256, 'hex')
    )
    UPDATE peer.payout p SET state = 'paid', finished_at = clock_timestamp() FROM mine WHERE p.id = mine.id`,
};

/** The job that a webhook asks for, or null. */
export function jobOf(body, sha256) {
  const { type, ...webhook } = readWebhook(body);
  if (type === 'ready_to_confirm') return { task: 'confirm', data: { sha256, ...webhook } };
  return type === 'payment_finished' && webhook.paid
    ? { task: 'finish', data: { sha256, session: webhook.session } }
    : null;
}

export function newFlow(pool, bankSettings, concurrency) {
  const bank = newBank(bankSettings, concurrency);
  const query = async (name, ...values) => (await pool.query({ name, text: sql[name], values })).rows;

  // Those that failed must not hold the others' answers back: write what came, then say so.
  async function each(list, call, write) {
    const ends = await Promise.allSettled(list.map(call));
    const done = ends.flatMap(end => (end.status === 'fulfilled' ? [end.value] : []));
    if (done.length > 0) await write(done);
    return { done, failed: ends.find(end => end.status === 'rejected')?.reason };
  }

  return {
    /** @param jobs id of the payout; again: not the job's first run. */
    async drive(jobs) {
      const ids = jobs.map(job => job.id);
      const rows = await query('take', ids, jobs.filter(job => job.again).map(job => job.id));
      const toCreate = rows.filter(p => p.state === 'creating');
      const created = await each(
        toCreate,
        async p => {
          // An empty session moves no money: a repeat asks for another, under a key of its own.
          const session = await bank.create(p, `${p.erp_key}:create${p.again ? `:${Date.now()}` : ''}`);
          return { ...p, session_id: session.id };
        },
        done => query('created', done.map(p => p.id), done.map(p => p.session_id)),
      );
      const started = await each(
        [...created.done, ...rows.filter(p => p.state === 'starting')],
        async p => (await bank.start(p), p.id),
        done => query('started', done),
      );
      const failed = created.failed ?? started.failed;
      if (failed) throw failed;
    },

    /** @param jobs what jobOf made of ready_to_confirm. */
    async confirm(jobs) {
      const column = name => jobs.map(job => job[name]);
      const rows = await query(
        'confirming',
        ...['session', 'amount', 'account', 'information', 'sha256'].map(column),
      );
      const { failed } = await each(
        rows,
        async p => (await bank.confirm(p), p.id),
        done => query('confirmed', done),
      );
      if (failed) throw failed;
    },

    /** @param jobs what jobOf made of payment_finished. */
    finish: jobs => query('paid', jobs.map(job => job.session), jobs.map(job => job.sha256)),
  };
}
