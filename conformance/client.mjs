// Performs calls with the official client, through its public API alone. It
// takes one call a line, as JSON, and answers each with one line:
//
//   {"method": "byUserID.retrieve", "args": ["u1"]}       one call
//   {"method": "list", "args": [{}], "all": true}         all pages, their contacts
//   {}                                                    the names of all methods
//
// FEATUREBASE_BASE_URL and FEATUREBASE_API_KEY say where to; the client reads
// them itself.
import { createInterface } from 'node:readline';
import Featurebase from 'featurebase-node';
import { APIResource } from 'featurebase-node/resource';

const { contacts } = new Featurebase({ maxRetries: 0 }).users;

// methods gives the names of a resource's methods and of those below it.
function methods(resource) {
  const own = Object.getOwnPropertyNames(Object.getPrototypeOf(resource)).filter((name) => name !== 'constructor');
  const below = Object.entries(resource)
    .filter(([, value]) => value instanceof APIResource)
    .flatMap(([name, value]) => methods(value).map((method) => `${name}.${method}`));
  return [...own, ...below];
}

async function perform({ method, args = [], all }) {
  if (!method) return { value: methods(contacts) };
  const names = method.split('.');
  const name = names.pop();
  const resource = names.reduce((resource, name) => resource[name], contacts);
  if (all) return { value: await (name === 'search' ? searchAll(args[0]) : collect(resource[name](...args))) };
  const { data, response } = await resource[name](...args).withResponse();
  // A page has its client and request besides.
  return { status: response.status, value: name === 'list' ? { data: data.data, nextCursor: data.nextCursor } : data };
}

async function collect(pages) {
  const contacts = [];
  for await (const contact of pages) contacts.push(contact);
  return contacts;
}

// searchAll does what the client has no way for: it goes through the pages of a
// search.
async function searchAll(params) {
  const found = [];
  for (let cursor; ; ) {
    const page = await contacts.search({ ...params, cursor });
    found.push(...page.data);
    if (!(cursor = page.nextCursor)) return found;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = await perform(JSON.parse(line));
  } catch (e) {
    if (!(e instanceof Featurebase.FeaturebaseError)) throw e;
    answer = { error: { class: e.constructor.name, status: e.status, body: e.error, message: e.message } };
  }
  console.log(JSON.stringify(answer));
}
