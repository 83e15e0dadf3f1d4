import { once } from 'node:events';
import { Resolver } from 'node:dns/promises';
import { get, type ClientRequest } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Asked, LoadRequest } from './steady-load.ts';

// Runs inside the network namespace that it is to ask from (see steady-load.ts): the request is the argument, each
// settled request a line on stdout. It sends until its standard input ends, which it also does when its parent dies.
const {
  address,
  nameServer,
  port,
  path = '/',
  everyMs,
  patienceMs,
} = JSON.parse(process.argv[2] ?? '{}') as LoadRequest;
const stop = new AbortController();
const stopped = once(stop.signal, 'abort');
process.stdin.resume().once('close', () => {
  stop.abort();
});

const begunAt = performance.now();
const open = new Set<Promise<void>>();
for (let due = 0; ; due += everyMs) {
  const wait = begunAt + due - performance.now();
  if (wait > 0) await Promise.race([delay(wait), stopped]);
  if (stop.signal.aborted) break;
  // Nothing is waited for: a service that stands still is asked as often as one that answers.
  const asking = ask(due).then((asked) => {
    process.stdout.write(`${JSON.stringify(asked)}\n`);
    open.delete(asking);
  });
  open.add(asking);
}
await Promise.all(open);

/** A name is looked up anew for each request, and its addresses are asked in turn. */
async function addressAt(dueMs: number): Promise<string> {
  if (nameServer === undefined) return address;
  const resolver = new Resolver({ timeout: patienceMs, tries: 1 });
  resolver.setServers([nameServer]);
  const addresses = (await resolver.resolve4(address)).sort();
  return addresses[Math.round(dueMs / everyMs) % addresses.length] ?? address;
}

function ask(dueMs: number): Promise<Asked> {
  return new Promise((resolve) => {
    let [request, settled] = [null as ClientRequest | null, false];
    const settle = (answeredMs: number | null, status: number | null, saw: string): void => {
      settled = true;
      clearTimeout(timer);
      request?.destroy();
      resolve({ dueMs, answeredMs, status, saw: saw.trim().slice(0, 300) });
    };
    const fail = (error: NodeJS.ErrnoException): void => {
      settle(null, null, error.code ?? error.message);
    };
    const timer = setTimeout(
      () => {
        settle(null, null, `no answer within ${String(patienceMs)} ms`);
      },
      begunAt + dueMs + patienceMs - performance.now(),
    );
    const send = (host: string): void => {
      if (settled) return;
      request = get({ host, port, path, agent: false, headers: { connection: 'close' } }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => (body += text));
        response.on('error', fail);
        response.on('end', () => {
          settle(performance.now() - begunAt - dueMs, response.statusCode ?? null, body);
        });
      }).on('error', fail);
    };
    addressAt(dueMs).then(send, fail);
  });
}
