// The payouts on graphile-worker: one job for each of drive, confirm and finish. Arguments: install | noop N | none.
import { Logger, run, runMigrations } from 'graphile-worker';
import { newFlow } from './flow.mjs';
import { listen, reportNoop, serve } from './listen.mjs';
import { concurrency, newPool, readBank, readWebhooks } from './settings.mjs';

const silent = new Logger(() => () => {});
const pool = newPool(20);

// Its guide's page "Performance": jobs are fetched in batches, completed in batches, and nobody waits for a batch to
// fill. Worker's own queries and the tasks' share the pool; the guide wants no connection for each job.
const preset = (jobs, fetched) => ({
  worker: {
    concurrentJobs: jobs,
    localQueue: { size: fetched },
    completeJobBatchDelay: 0,
    failJobBatchDelay: 0,
    pollInterval: 2_000,
    maxPoolSize: 20,
    fileExtensions: ['.js', '.mjs'],
    logger: silent,
  },
});

const start = (taskList, jobs, fetched) =>
  run({ pgPool: pool, preset: preset(jobs, fetched), taskList, crontab: '', noHandleSignals: true });

// One statement, so one transaction; a webhook that is here already enqueues nothing. What is further along goes
// first (a smaller number), or the last payout of a burst would have to be started before the first is confirmed.
const receiveSql = `
  WITH new AS (
    INSERT INTO peer.inbox (sha256, body, signature, session_id) VALUES (decode($1, 'hex'), $2, $3, $4)
    ON CONFLICT DO NOTHING RETURNING 1
  )
  SELECT graphile_worker.add_job($5::text, $6::json, priority => -1) FROM new WHERE $5 IS NOT NULL`;

const enqueueSql = `
  SELECT count(*) FROM graphile_worker.add_jobs((
    SELECT array_agg(json_populate_record(NULL::graphile_worker.job_spec,
      json_build_object('identifier', 'drive', 'payload', json_build_object('id', id))) ORDER BY id)
    FROM peer.payout WHERE state = 'new' AND ($1::bigint[] IS NULL OR id = ANY ($1))))
  WHERE EXISTS (SELECT FROM peer.payout WHERE state = 'new')`;

async function work() {
  const flow = newFlow(pool, readBank(), concurrency);
  const runner = await start(
    {
      drive: ({ id }, { job }) => flow.drive([{ id, again: job.attempts > 1 }]),
      confirm: job => flow.confirm([job]),
      finish: job => flow.finish([job]),
    },
    concurrency,
    // The guide's starting point: one more than the jobs at once.
    concurrency + 1,
  );
  await listen(
    readWebhooks(),
    w =>
      pool.query({
        name: 'receive',
        text: receiveSql,
        values: [w.sha256, w.body, w.signature, w.session, w.job?.task, JSON.stringify(w.job?.data ?? {})],
      }),
    ids => pool.query(enqueueSql, [ids]),
  );
  serve(() => runner.stop());
}

async function noop(jobs) {
  const asked = performance.now();
  await pool.query(
    `SELECT count(*) FROM graphile_worker.add_jobs((
       SELECT array_agg(json_populate_record(NULL::graphile_worker.job_spec, '{"identifier":"noop"}'))
       FROM generate_series(1, $1::int)))`,
    [jobs],
  );
  const began = performance.now();
  // The figures of the guide's own measurement.
  const runner = await start({ noop: () => {} }, 24, 500);
  await reportNoop(jobs, (began - asked) / 1000, began, async () => {
    const { rows } = await pool.query(`SELECT EXISTS (SELECT FROM graphile_worker._private_jobs)::int AS left`);
    return rows[0].left;
  });
  await runner.stop();
  await pool.end();
}

const [verb, count] = process.argv.slice(2);
if (verb === 'install') {
  await runMigrations({ pgPool: pool, preset: preset(1, 1) });
  await pool.end();
} else if (verb === 'noop') await noop(Number(count));
else await work();
