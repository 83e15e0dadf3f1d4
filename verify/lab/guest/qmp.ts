import type { Duplex } from 'node:stream';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { LabError } from '../errors.ts';

/** Something that QEMU reports by itself: SHUTDOWN, RESET, STOP, RESUME, MIGRATION, GUEST_PANICKED ... */
export interface QmpEvent {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** performance.now() when it was read. */
  readonly at: number;
}

/** A connection to QEMU's monitor (QEMU Machine Protocol, qemu-qmp-ref(7)). */
export interface Qmp {
  /** Rejects with a LabError that carries QEMU's own words. */
  execute(command: string, parameters?: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Events so far, oldest first. */
  readonly events: readonly QmpEvent[];
  /** The first event that satisfies, past or to come. Rejects when the connection ends or time runs out. */
  waitFor(satisfies: (event: QmpEvent) => boolean, what: string, timeoutMs: number): Promise<QmpEvent>;
}

const messageSchema = z.looseObject({
  QMP: z.unknown().optional(),
  id: z.number().optional(),
  return: z.unknown().optional(),
  error: z.looseObject({ class: z.string(), desc: z.string() }).optional(),
  event: z.string().optional(),
  data: z.record(z.string(), z.unknown()).optional(),
});
type Message = z.infer<typeof messageSchema>;

interface Waiting {
  readonly command: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Watcher {
  readonly satisfies: (event: QmpEvent) => boolean;
  readonly resolve: (event: QmpEvent) => void;
  readonly reject: (error: Error) => void;
}

/** Takes QEMU's greeting on the stream, leaves negotiation mode and returns the client. */
export async function connectQmp(stream: Duplex): Promise<Qmp> {
  const waiting = new Map<number, Waiting>();
  const watchers = new Set<Watcher>();
  const events: QmpEvent[] = [];
  let nextId = 1;
  let ended: LabError | null = null;
  let greeted = (): void => undefined;
  let refused: (error: Error) => void = () => undefined;
  const greeting = new Promise<void>((resolve, reject) => ([greeted, refused] = [resolve, reject]));

  const onEvent = (event: QmpEvent): void => {
    events.push(event);
    for (const watcher of [...watchers].filter(({ satisfies }) => satisfies(event))) {
      watchers.delete(watcher);
      watcher.resolve(event);
    }
  };
  const onMessage = (message: Message): void => {
    if (message.event !== undefined) {
      onEvent({ event: message.event, data: message.data ?? {}, at: performance.now() });
    } else if (message.QMP !== undefined) {
      greeted();
    } else if (message.id !== undefined) {
      const answered = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.error === undefined) answered?.resolve(message.return);
      else answered?.reject(new LabError(`QEMU refused ${answered.command}: ${message.error.desc}`));
    }
  };
  const end = (why = 'The connection to QEMU has ended: the guest is gone, or listens no more.'): void => {
    ended ??= new LabError(why);
    refused(ended);
    for (const { reject } of [...waiting.values(), ...watchers]) reject(ended);
    waiting.clear();
    watchers.clear();
  };

  const lines = createInterface({ input: stream, crlfDelay: Infinity });
  lines.on('line', (line) => {
    if (line === '' || ended !== null) return;
    const message = parsed(line);
    if (message === null) end(`QEMU's monitor sent what is no message of its protocol: ${line.slice(0, 200)}`);
    else onMessage(message);
  });
  const gone = (): void => {
    end();
  };
  lines.on('error', gone);
  lines.on('close', gone);
  stream.on('error', gone);
  // Destroyed, it has no end that the lines could tell of.
  stream.on('close', gone);

  const ask = (command: string, parameters: Readonly<Record<string, unknown>> = {}): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (ended !== null) {
        reject(ended);
        return;
      }
      const id = nextId++;
      waiting.set(id, { command, resolve, reject });
      stream.write(`${JSON.stringify({ execute: command, arguments: parameters, id })}\n`);
    });

  const execute: Qmp['execute'] = (command, parameters) => inTime(ask(command, parameters), command);

  const waitFor: Qmp['waitFor'] = (satisfies, what, timeoutMs) =>
    new Promise((resolve, reject) => {
      const past = events.find(satisfies);
      if (past !== undefined) {
        resolve(past);
        return;
      }
      if (ended !== null) {
        reject(ended);
        return;
      }
      const timer = setTimeout(() => {
        watchers.delete(watcher);
        reject(new LabError(`QEMU did not report ${what} within ${String(timeoutMs)} ms.`));
      }, timeoutMs);
      const watcher: Watcher = {
        satisfies,
        resolve: (event) => {
          clearTimeout(timer);
          resolve(event);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      watchers.add(watcher);
    });

  await inTime(greeting, 'the greeting');
  await execute('qmp_capabilities');
  return { execute, events, waitFor };
}

function parsed(line: string): Message | null {
  try {
    return messageSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

/** QEMU answers a command at once, and only begins what takes longer; on a busy machine it may start slowly. */
const answerMs = 60_000;

async function inTime<T>(answer: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new LabError(`QEMU's monitor did not answer within ${String(answerMs / 1000)} s: ${what}.`));
    }, answerMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
