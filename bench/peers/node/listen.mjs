// The peer's own HTTP: the bank's webhooks, and the harness that asks to enqueue.
import { createHash, verify } from 'node:crypto';
import { createServer } from 'node:http';
import { jobOf } from './flow.mjs';

/**
 * @param receive stores a webhook and enqueues its job in one transaction: ({ sha256, body, signature, session, job }).
 * @param enqueue one job for each new payout, or for each of the given ids.
 */
export function listen({ port, bankKey }, receive, enqueue) {
  async function answer(request) {
    const body = await read(request);
    if (request.method !== 'POST') return 405;
    if (request.url === '/enqueue') {
      await enqueue(body.length > 0 ? JSON.parse(body) : null);
      return 200;
    }
    if (request.url !== '/webhooks/bank131') return 404;
    const signature = request.headers['x-partner-sign'] ?? '';
    if (!verify('sha256', body, bankKey, Buffer.from(signature, 'base64'))) return 401;
    const sha256 = createHash('sha256').update(body).digest('hex');
    const job = jobOf(body.toString(), sha256);
    await receive({ sha256, body, signature, session: job?.data.session ?? '', job });
    return 200;
  }

  const server = createServer((request, response) =>
    answer(request)
      .catch(() => 500)
      .then(status => response.writeHead(status).end()),
  );
  server.keepAliveTimeout = 60_000;
  return new Promise(resolve => server.listen(port, '127.0.0.1', 1024, () => resolve(server)));
}

async function read(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Says that it is ready, and ends at SIGTERM: the engine first, for the jobs in hand. */
export function serve(stop) {
  process.once('SIGTERM', () => {
    setTimeout(() => process.exit(0), 5_000).unref();
    stop()
      .catch(() => {})
      .finally(() => process.exit(0));
  });
  console.log('ready');
}

/** Waits until a number that only falls is zero, and prints the rate of the jobs that were worked off since `began`. */
export async function reportNoop(jobs, enqueueSeconds, began, left) {
  while ((await left()) > 0) await new Promise(resolve => setTimeout(resolve, 20));
  const seconds = (performance.now() - began) / 1000;
  console.log(JSON.stringify({ jobs, seconds, rate: jobs / seconds, enqueue_seconds: enqueueSeconds }));
}
