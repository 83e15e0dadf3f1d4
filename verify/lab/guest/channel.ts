import type { Duplex } from 'node:stream';
import { LabError } from '../errors.ts';
import { answerReader } from './answers.ts';

/** What a command in a guest came to. Output is UTF-8, as is everything that the lab's tools print. */
export interface AgentResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The host's end of the agent's line (rootfs/files/agent.sh has the protocol). Any number of requests at once. */
export interface Channel {
  /** Resolves with performance.now() at which the agent's READY was read. */
  readonly ready: Promise<number>;
  /** Runs a shell script. After `timeoutMs` its processes are killed; the result then says so. */
  run(script: string, stdin: string, timeoutMs: number): Promise<AgentResult & { readonly timedOut: boolean }>;
  /** Resolves as soon as the agent answers; for a guest that was READY before this end existed. */
  ping(timeoutMs: number): Promise<void>;
}

/** How long a killed command may take to be gone and to hand over what it had printed. */
const graceMs = 5_000;

interface Request {
  readonly resolve: (result: AgentResult) => void;
  readonly reject: (error: Error) => void;
}

/** Speaks to the agent over the stream that QEMU has behind its virtio serial port. */
export function openChannel(stream: Duplex): Channel {
  const open = new Map<string, Request>();
  let ended: LabError | null = null;
  // Ids differ between owners of one guest's line: a restored guest may still answer what its template was asked.
  const prefix = Math.floor(Math.random() * 0xffff_ffff).toString(36);
  let nextId = 1;
  const { promise: ready, resolve: isReady } = Promise.withResolvers<number>();

  stream.on(
    'data',
    answerReader({
      ready: () => {
        isReady(performance.now());
      },
      done: (id, status, stdout, stderr) => {
        open.get(id)?.resolve({ status, stdout: stdout.toString(), stderr: stderr.toString() });
        open.delete(id);
      },
    }),
  );
  const end = (): void => {
    ended ??= new LabError('The guest ended while a command was running in it.');
    for (const { reject } of open.values()) reject(ended);
    open.clear();
  };
  stream.on('close', end);
  stream.on('error', end);

  const request = (id: string, bytes: Uint8Array | string): Promise<AgentResult> =>
    new Promise((resolve, reject) => {
      if (ended !== null) {
        reject(ended);
        return;
      }
      open.set(id, { resolve, reject });
      stream.write(bytes);
    });

  return {
    ready,
    async run(script, stdin, timeoutMs) {
      const id = `${prefix}-${String(nextId++)}`;
      const [body, input] = [Buffer.from(own(id) + script), Buffer.from(stdin)];
      const head = Buffer.from(`run ${id} ${String(body.length)} ${String(input.length)}\n`);
      const answer = request(id, Buffer.concat([head, body, input]));
      const first = await before(answer, timeoutMs);
      if (first !== null) return { ...first, timedOut: false };
      stream.write(`stop ${id}\n`);
      const late = await before(answer, graceMs);
      open.delete(id);
      return { ...(late ?? { status: 137, stdout: '', stderr: '' }), timedOut: true };
    },
    async ping(timeoutMs) {
      const id = `${prefix}-${String(nextId++)}`;
      const answer = await before(request(id, `ping ${id}\n`), timeoutMs);
      open.delete(id);
      if (answer === null) throw new LabError(`The agent in the guest did not answer within ${String(timeoutMs)} ms.`);
    },
  };
}

/** Lets the agent stop the command by its process group, and gives the memory killer its ordinary view of it. */
function own(id: string): string {
  return `echo $$ >/run/lab/${id}.pid; echo 0 >/proc/self/oom_score_adj\n`;
}

async function before<T>(answer: Promise<T>, timeoutMs: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => (timer = setTimeout(resolve, timeoutMs, null)));
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
