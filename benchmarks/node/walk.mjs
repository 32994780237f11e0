// Walks all contacts with the official client and its defaults, but for the
// size of pages. See ../child for the protocol.
import { readFileSync, writeSync } from 'node:fs';
import Featurebase from 'featurebase-node';

const client = new Featurebase({
  apiKey: process.env.FEATUREBASE_API_KEY,
  baseURL: process.env.FEATUREBASE_BASE_URL,
});

writeSync(1, 'ready\n');
readFileSync(0);

let done = 0;
for await (const contact of client.users.contacts.list({ limit: 100 })) {
  if (contact.id) done++;
}

const peakKiB = Number(/VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
writeSync(1, JSON.stringify({ done, failed: 0, peakKiB }) + '\n');
