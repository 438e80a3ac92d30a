// The payouts on pg-boss: a queue for each of drive, confirm and finish. Arguments: install | noop N | none.
import { PgBoss } from 'pg-boss';
import { newFlow } from './flow.mjs';
import { listen, reportNoop, serve } from './listen.mjs';
import { concurrency, database, newPool, readBank, readWebhooks } from './settings.mjs';

// LISTEN/NOTIFY wakes the workers, or each job would wait for the poll; no schedules are used.
const boss = new PgBoss({ connectionString: database, max: 20, useListenNotify: true, schedule: false });
boss.on('error', () => {});
const pool = newPool(20);

const queues = ['drive', 'confirm', 'finish', 'noop'];

// A worker fetches a batch, runs it and completes it with one statement. While batches come back full it fetches on
// without a pause. Polls (the least pause allowed) only find what a notice missed, and repeats.
const tuned = (workers, batchSize) => ({
  localConcurrency: workers,
  batchSize,
  burstWhenBatchFull: true,
  pollingIntervalSeconds: 0.5,
  notifyPollingIntervalSeconds: 0.5,
});

// pg-boss writes through any connection it is given: so its job and our row commit together.
const through = client => ({ db: { executeSql: (text, values) => client.query(text, values) } });

async function receive({ sha256, body, signature, session, job }) {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const { rowCount } = await client.query({
      name: 'receive',
      text: `INSERT INTO peer.inbox (sha256, body, signature, session_id) VALUES (decode($1, 'hex'), $2, $3, $4)
             ON CONFLICT DO NOTHING`,
      values: [sha256, body, signature, session],
    });
    if (rowCount === 1 && job) await boss.insert(job.task, [{ data: job.data }], through(client));
    await client.query('COMMIT');
    client.release();
  } catch (error) {
    client.release(error);
    throw error;
  }
}

async function enqueue(ids) {
  const { rows } = await pool.query(
    `SELECT id FROM peer.payout WHERE state = 'new' AND ($1::bigint[] IS NULL OR id = ANY ($1)) ORDER BY id`,
    [ids],
  );
  for (let i = 0; i < rows.length; i += 10_000)
    await boss.insert('drive', rows.slice(i, i + 10_000).map(({ id }) => ({ data: { id } })));
}

async function work() {
  const flow = newFlow(pool, readBank(), concurrency);
  await boss.start();
  // Half of the calls at once for each of the two queues that call the bank, in batches of a quarter of that: a batch
  // waits for its slowest call, so several smaller ones overlap.
  const batch = Math.max(2, Math.ceil(concurrency / 8));
  await boss.work('drive', tuned(4, batch), jobs =>
    flow.drive(jobs.map(job => ({ id: job.data.id, again: job.retryCount > 0 }))),
  );
  await boss.work('confirm', tuned(4, batch), jobs => flow.confirm(jobs.map(job => job.data)));
  await boss.work('finish', tuned(2, 100), jobs => flow.finish(jobs.map(job => job.data)));
  await listen(readWebhooks(), receive, enqueue);
  serve(() => boss.stop({ graceful: true, timeout: 3_000 }));
}

async function noop(jobs) {
  await boss.start();
  const asked = performance.now();
  for (let i = 0; i < jobs; i += 10_000)
    await boss.insert('noop', Array.from({ length: Math.min(10_000, jobs - i) }, () => ({ data: null })));
  const began = performance.now();
  await boss.work('noop', tuned(4, 500), async () => {});
  await reportNoop(jobs, (began - asked) / 1000, began, async () => {
    const { rows } = await pool.query(
      `SELECT EXISTS (SELECT FROM pgboss.job WHERE name = 'noop' AND state < 'completed')::int AS left`,
    );
    return rows[0].left;
  });
  await boss.stop({ graceful: true, timeout: 3_000 });
  await pool.end();
}

const [verb, count] = process.argv.slice(2);
if (verb === 'install') {
  await boss.start();
  for (const queue of queues) await boss.createQueue(queue, { notify: true, retryLimit: 10, retryBackoff: true });
  await boss.stop();
  await pool.end();
} else if (verb === 'noop') await noop(Number(count));
else await work();
