// Makes calls with the official client, through its public API alone. It takes
// one call a line, as JSON, and responds to each with one line:
//
//   {"method": "users.contacts.retrieve", "args": ["ID"]}       one call
//   {"method": "users.contacts.list", "args": [], "all": true}  the items of all pages
//   {"method": "…", "args": ["…"], "times": 5}                  one after the other, until one fails
//   {}                                                          the names of all methods
//
// A method is named by its path from the client. FEATUREBASE_BASE_URL and
// FEATUREBASE_API_KEY say where to send; the client reads them itself.
import { createInterface } from 'node:readline';
import Featurebase from 'featurebase-node';
import { APIResource } from 'featurebase-node/resource';

const client = new Featurebase({ maxRetries: 0 });

// methods returns the paths of the methods of the resources below a resource.
function methods(resource, path) {
  const own = Object.getOwnPropertyNames(Object.getPrototypeOf(resource)).filter((name) => name !== 'constructor');
  return [...own.map((name) => path + name), ...below(resource, path)];
}

function below(resource, path = '') {
  return Object.entries(resource)
    .filter(([, value]) => value instanceof APIResource)
    .flatMap(([name, value]) => methods(value, `${path}${name}.`));
}

async function perform({ method, args = [], all, times = 1 }) {
  if (!method) return { value: below(client) };
  const names = method.split('.');
  const name = names.pop();
  const resource = names.reduce((resource, name) => resource[name], client);
  const call = (...args) => resource[name](...args);
  if (all) return { value: await (name === 'search' ? searchAll(call, ...args) : collect(call(...args))) };
  for (; times > 1; times--) await call(...args);
  const { data, response } = await call(...args).withResponse();
  return { status: response.status, value: data?.getPaginatedItems ? page(data) : data };
}

// page returns what a page has besides its client and request. The class
// doesn't keep the object.
const page = ({ data, nextCursor }) => ({ object: 'list', data, nextCursor });

async function collect(pages) {
  const items = [];
  for await (const item of pages) items.push(item);
  return items;
}

// searchAll does what the client has no way for: it goes through the pages of a
// search.
async function searchAll(search, params) {
  const found = [];
  for (let cursor; ; ) {
    const page = await search({ ...params, cursor });
    found.push(...page.data);
    if (!(cursor = page.nextCursor)) return found;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  let reply;
  try {
    reply = await perform(JSON.parse(line));
  } catch (e) {
    reply = { error: { class: e.constructor.name, status: e.status, body: e.error, message: e.message } };
  }
  console.log(JSON.stringify(reply));
}
