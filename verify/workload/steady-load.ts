import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { runVariable } from '../lab/host/subject.ts';
import { LabError } from '../lab/errors.ts';
import { watched } from '../lab/meter.ts';

/** What is asked, and how often. */
export interface LoadRequest {
  /** With `nameServer` it may be a name. */
  readonly address: string;
  /** Address of the server that knows the name: it is asked for each request, and all that it names have their turn. */
  readonly nameServer?: string;
  readonly port: number;
  /** Default `/`. */
  readonly path?: string;
  /** Milliseconds from one request to the next, whatever became of those before. */
  readonly everyMs: number;
  /** A request without a whole answer after so many milliseconds is lost. */
  readonly patienceMs: number;
}

/** One request of the schedule, once it is settled. */
export interface Asked {
  /** When it was to be sent, in milliseconds since the load began. */
  readonly dueMs: number;
  /** From that moment, not from when it was sent, to the end of the answer; null where none came. */
  readonly answeredMs: number | null;
  /** HTTP status of the answer. */
  readonly status: number | null;
  /** The answer's beginning, or why there is none. */
  readonly saw: string;
}

/** What a load came to. Answered is what had status 200; all else that was sent is lost. */
export interface LoadReport {
  readonly sent: number;
  readonly answered: number;
  readonly lost: number;
  /** The longest time from a lost request to the next answer, in milliseconds; to the last request where none came. */
  readonly longestOutageMs: number;
  /** In the order of the schedule. */
  readonly requests: readonly Asked[];
}

/** A client that keeps asking. Disposing it ends it at once. */
export interface SteadyLoad extends AsyncDisposable {
  /** Resolves with the first request, of those already settled or to come, that satisfies. @throws LabError too late */
  until(satisfies: (asked: Asked) => boolean, what: string, timeoutMs: number): Promise<Asked>;
  /** The same where not to come is an outcome too: null. @throws LabError where the client itself ended */
  within(timeoutMs: number, satisfies: (asked: Asked) => boolean): Promise<Asked | null>;
  /** The next request to be settled. */
  next(): Promise<Asked>;
  /** Sends no more and waits until the last request is settled. */
  stop(): Promise<LoadReport>;
}

export const isAnswered = ({ status }: Asked): boolean => status === 200;

const child = fileURLToPath(new URL('steady-load-child.ts', import.meta.url));

/**
 * Asks for a page at fixed times, each time by a connection of its own, and never waits for an answer before it asks
 * again: who does, asks less just when a service is slow (Tene, "How NOT to Measure Latency", 2013: coordinated omission).
 * @param place where the client runs: `netns` is the path of a network namespace, null this process's own
 */
export async function steadyLoad(
  place: { readonly runId?: string; readonly netns: string | null },
  request: LoadRequest,
): Promise<SteadyLoad> {
  const enter = place.netns === null ? [] : ['nsenter', `--net=${place.netns}`, '--'];
  const words: readonly string[] = [...enter, process.execPath, child, JSON.stringify(request)];
  const client = spawn(words[0] ?? '', words.slice(1), {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      ...(place.runId === undefined ? {} : { [runVariable]: place.runId }),
    },
  });
  const settled: Asked[] = [];
  const watchers = new Set<(asked: Asked) => void>();
  let complaints = '';
  client.stderr.setEncoding('utf8').on('data', (text: string) => (complaints = (complaints + text).slice(-2000)));
  client.stdin.on('error', () => undefined);
  const ended = once(client, 'close') as Promise<[number | null]>;
  createInterface({ input: client.stdout }).on('line', (line) => {
    const asked = JSON.parse(line) as Asked;
    settled.push(asked);
    for (const watcher of [...watchers]) watcher(asked);
  });
  const load: SteadyLoad = {
    within: async (timeoutMs, satisfies) => {
      const past = settled.find(satisfies);
      if (past !== undefined) return past;
      const { promise, resolve, reject } = Promise.withResolvers<Asked | null>();
      const timer = setTimeout(() => {
        resolve(null);
      }, timeoutMs);
      const watcher = (asked: Asked): void => {
        if (satisfies(asked)) resolve(asked);
      };
      watchers.add(watcher);
      void ended.then(() => {
        reject(new LabError(`The client that keeps asking ended. ${complaints}`));
      });
      try {
        return await watched(promise);
      } finally {
        clearTimeout(timer);
        watchers.delete(watcher);
      }
    },
    until: async (satisfies, what, timeoutMs) => {
      const seen = await load.within(timeoutMs, satisfies);
      if (seen !== null) return seen;
      const last = settled.at(-1)?.saw ?? 'no request was settled';
      throw new LabError(
        `The client that keeps asking never saw ${what}: not within ${String(timeoutMs)} ms. The last answer: ${last}`,
      );
    },
    next: () => {
      const known = settled.length;
      let heard = 0;
      // What is known already is gone through first.
      return load.until(() => (heard += 1) > known, 'another request settled', request.patienceMs + 10_000);
    },
    stop: async () => {
      client.stdin.end();
      const [status] = await watched(ended);
      if (status !== 0) {
        throw new LabError(`The client that keeps asking ended with status ${String(status)}: ${complaints}`);
      }
      return loadReport(settled);
    },
    [Symbol.asyncDispose]: async () => {
      client.kill('SIGKILL');
      await ended;
    },
  };
  // A client that cannot begin says so here, and no check counts on it; a lost first request is a beginning too.
  try {
    await load.until(() => true, 'anything', request.patienceMs + 10_000);
    return load;
  } catch (error) {
    await load[Symbol.asyncDispose]();
    throw error;
  }
}

/** Counts what was settled. Pure. */
export function loadReport(settled: readonly Asked[]): LoadReport {
  const requests = [...settled].sort((a, b) => a.dueMs - b.dueMs);
  const answered = requests.filter(isAnswered).length;
  let [longestOutageMs, outSince] = [0, null as number | null];
  for (const asked of requests) {
    const served = isAnswered(asked);
    if (!served) outSince ??= asked.dueMs;
    if (outSince === null) continue;
    const untilMs = asked.dueMs + (served ? (asked.answeredMs ?? 0) : 0);
    longestOutageMs = Math.max(longestOutageMs, untilMs - outSince);
    if (served) outSince = null;
  }
  return { sent: requests.length, answered, lost: requests.length - answered, longestOutageMs, requests };
}
