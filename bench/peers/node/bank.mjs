// The bank's API: three signed calls and the webhook's content.
import { sign } from 'node:crypto';
import { promisify } from 'node:util';
import { Pool } from 'undici';

// With a callback the signature is made in the thread pool, not on the main thread.
const signAsync = promisify(sign);

export function newBank({ url, project, key }, concurrency) {
  const http = new Pool(new URL(url).origin, { connections: concurrency, pipelining: 1 });
  const root = new URL(url).pathname.replace(/\/$/, '');

  // Resolves with the session; throws where the bank does not clearly say yes, and the engine tries again.
  async function post(path, text, idempotencyKey) {
    const body = Buffer.from(text);
    const { statusCode, body: answer } = await http.request({
      method: 'POST',
      path: `${root}/api/v1/${path}`,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        'x-partner-project': project,
        'x-partner-sign': (await signAsync('sha256', body, key)).toString('base64'),
        'x-partner-idempotency-key': idempotencyKey,
      },
      body,
    });
    const said = await answer.json().catch(() => ({}));
    // The step was taken before and its answer was lost.
    if (said.error?.code === 'idempotency_key_already_exists') return null;
    if (said.status !== 'ok') throw new Error(`${path}: HTTP ${statusCode} ${said.error?.code ?? ''}`);
    return said.session;
  }

  return {
    create: (p, key) => post('session/create/rko', JSON.stringify({ metadata: { ref: p.erp_key } }), key),
    start: p =>
      post(
        'session/start/payout/rko',
        JSON.stringify({
          session_id: p.session_id,
          payment_method: {
            type: 'bank_account',
            bank_account: {
              system_type: 'ru',
              ru: {
                bik: p.recipient_bik,
                account: p.recipient_account,
                full_name: p.recipient_name,
                description: p.purpose,
              },
            },
          },
          amount_details: { amount: Number(p.amount), currency: 'rub' },
          participant_details: { sender: { account: p.sender_account } },
        }),
        `${p.erp_key}:start`,
      ),
    // The bank's own text goes back as it came, never parsed and rebuilt.
    confirm: p =>
      post(
        'session/confirm',
        `{"session_id":${JSON.stringify(p.session_id)},"confirm_information":${p.confirm_information}}`,
        `${p.erp_key}:confirm`,
      ),
  };
}

/** What a job needs of a webhook. */
export function readWebhook(text) {
  const { type, session, confirm_information: information } = JSON.parse(text);
  const payout = session.payments?.[0];
  return {
    type,
    session: session.id,
    paid: payout?.status === 'succeeded',
    amount: payout?.amount_details?.amount,
    account: information?.account_details?.recipient?.account_number,
    information: information ? rawValue(text, 'confirm_information') : null,
  };
}

// The text of a top-level property's object, byte for byte.
function rawValue(text, name) {
  let depth = 0;
  let begin = -1;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '"') {
      const end = endOfString(text, i);
      const isName = depth === 1 && begin < 0 && /^\s*:\s*\{/.test(text.slice(end + 1, end + 32));
      if (isName && text.slice(i + 1, end) === name) begin = text.indexOf('{', end);
      i = end;
    } else if (c === '{' || c === '[') depth++;
    else if (c === '}' || c === ']') {
      depth--;
      if (begin >= 0 && depth === 1) return text.slice(begin, i + 1);
    }
  }
  throw new Error(`no ${name}`);
}

function endOfString(text, i) {
  for (let j = i + 1; ; j++)
    if (text[j] === '\\') j++;
    else if (text[j] === '"' || j >= text.length) return j;
}
