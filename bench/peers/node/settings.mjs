// What the harness gives to every peer, from the environment.
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import pg from 'pg';

const need = name => process.env[name] ?? fail(`${name} is not set`);

function fail(message) {
  console.error(message);
  process.exit(2);
}

// The file may begin with comment lines, which the PEM reader does not take.
const pem = file => {
  const text = readFileSync(file, 'utf8');
  return text.slice(text.indexOf('-----BEGIN'));
};

export const database = need('PEER_DATABASE');
export const concurrency = Number(process.env.PEER_CONCURRENCY ?? 64);

// PostgreSQL allows 100 connections for everybody.
export function newPool(max) {
  const pool = new pg.Pool({ connectionString: database, max, application_name: 'peer' });
  // A connection that breaks while idle: the next query opens another.
  return pool.on('error', () => {}).on('connect', client => client.on('error', () => {}));
}

export const readBank = () => ({
  url: need('PEER_BANK'),
  project: need('PEER_PROJECT'),
  key: createPrivateKey(pem(need('PEER_PRIVATE_KEY'))),
});

export const readWebhooks = () => ({
  port: Number(need('PEER_WEBHOOK_PORT')),
  bankKey: createPublicKey(pem(need('PEER_BANK_PUBLIC_KEY'))),
});
