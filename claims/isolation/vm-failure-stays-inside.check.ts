import { createServer } from 'node:http';
import { once } from 'node:events';
import { check, truth, until, watch, type RunningGuest } from '#verify';

interface Service {
  readonly url: string;
  readonly word: string;
}

const patienceMs = 5_000;
/** How long is watched after the failing guest's own service has been lost. */
const afterwardsMs = 2_000;
const longestMs = 90_000;

const failures = {
  panic: 'echo c > /proc/sysrq-trigger',
  // All there is but the kernel's own file systems, in which nothing can be deleted.
  'deleted-files': 'rm -rf /[!dps]* /srv /sbin',
  'fork-bomb': 'bomb() { bomb | bomb & }; bomb',
  // Files in memory, of which killing processes frees nothing.
  'exhausted-memory': 'mount -o remount,size=200% /tmp && dd if=/dev/zero of=/tmp/fill bs=1M',
} as const;

export default check(async ({ lab, finding, exhibit }) => {
  const machine = async (): Promise<{ guest: RunningGuest; service: Service }> => {
    const guest = await lab.restoredGuest({ image: 'bare', publish: [80] });
    const word = lab.token();
    await guest.exec(['sh', '-c', `echo ${word} > /srv/www/index.html`]);
    const { host, port } = guest.address(80);
    return { guest, service: { url: `http://${host}:${String(port)}/`, word } };
  };
  const bystander = await machine();
  const hostWord = lab.token();
  await using server = createServer((_, response) => response.end(hostWord)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error("The host's service has no port.");
  const host: Service = { url: `http://127.0.0.1:${String(address.port)}/`, word: hostWord };

  const rows: [string, string, number, number][] = [];
  const watched = async (failure: keyof typeof failures) => {
    const failing = await machine();
    const services = { own: failing.service, 'another guest': bystander.service, host };
    for (const [name, service] of Object.entries(services)) {
      if (!(await answers(service))) throw new Error(`The service (${name}) did not answer before the failure.`);
    }
    const end = new AbortController();
    const asking = Object.values(services).map((service) => ask(service, end.signal));
    // The answer may never come: the guest that would send it is failing.
    void failing.guest
      .exec(['sh', '-c', failures[failure]], { timeoutMs: longestMs, reject: false })
      .catch(() => undefined);
    await until(() => asking[0]?.lost !== 0, longestMs);
    await watch(afterwardsMs);
    end.abort();
    const counts = await Promise.all(asking.map(async (one) => (await one.done, one)));
    await failing.guest.kill();
    counts.forEach(({ asked, lost }, index) => rows.push([failure, Object.keys(services)[index] ?? '', asked, lost]));
    return counts.map(({ lost }) => lost);
  };
  const stays = (failure: keyof typeof failures) => {
    let losses: readonly number[] = [];
    const noneLost = (which: readonly number[]) => {
      const lost = which.map((index) => losses[index] ?? NaN);
      return { value: lost.every((count) => count === 0), saw: `Requests lost: ${lost.map(String).join(' and ')}.` };
    };
    return {
      measure: truth(async () => {
        losses = await watched(failure);
        return noneLost([1, 2]);
      }),
      // The same requests at the same time: what the failing guest itself has lost.
      controls: { 'own-service': truth(() => Promise.resolve(noneLost([0]))) },
    };
  };
  await finding('panic', stays('panic'));
  await finding('deleted-files', stays('deleted-files'));
  await finding('fork-bomb', stays('fork-bomb'));
  await finding('exhausted-memory', stays('exhausted-memory'));

  await exhibit({
    id: 'requests',
    title: 'Requests while a guest fails',
    columns: ['Failure', 'Service', 'Asked', 'Lost'],
    rows,
  });
});

async function answers({ url, word }: Service): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(patienceMs), headers: { connection: 'close' } });
    return (await response.text()).includes(word);
  } catch {
    return false;
  }
}

/** Asks again and again until the signal, one request after the other. */
function ask(service: Service, end: AbortSignal) {
  const count = { asked: 0, lost: 0, done: Promise.resolve() };
  const loop = async () => {
    while (!end.aborted) {
      count.asked += 1;
      if (!(await answers(service))) count.lost += 1;
      await watch(100);
    }
  };
  count.done = loop();
  return count;
}
