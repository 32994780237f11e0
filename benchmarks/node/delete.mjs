// Deletes with the official client and its defaults. See ../child for the
// protocol.
import { readFileSync, writeSync } from 'node:fs';
import Featurebase from 'featurebase-node';

const inFlight = 16;
const version = { 'Featurebase-Version': '2026-01-01.nova' };
const client = new Featurebase({
  apiKey: process.env.FEATUREBASE_API_KEY,
  baseURL: process.env.FEATUREBASE_BASE_URL,
});

writeSync(1, 'ready\n');
const ids = readFileSync(0, 'utf8').split('\n');

let next = 0, done = 0, failed = 0;
async function work() {
  while (next < ids.length) {
    try {
      await client.users.contacts.delete(ids[next++], version);
      done++;
    } catch {
      failed++;
    }
  }
}
await Promise.all(Array.from({ length: inFlight }, work));

const peakKiB = Number(/VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
writeSync(1, JSON.stringify({ done, failed, peakKiB }) + '\n');
