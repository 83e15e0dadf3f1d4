import type { Readable } from 'node:stream';
import { LabError } from '../errors.ts';

/** What a guest prints on its serial port. */
export interface GuestConsole {
  /** The last lines, at most so many. */
  tail(lines: number): string;
  /** All that is kept: the last 256 KiB. */
  text(): string;
  /** performance.now() at the first byte; null before it. */
  readonly firstByteAt: number | null;
  /** Resolves when the kept text matches; rejects when time runs out or the console closes. */
  waitFor(pattern: RegExp, timeoutMs: number): Promise<void>;
}

const keptCharacters = 256 * 1024;

/** Keeps the end of a console's output. */
export function watchConsole(stream: Readable): GuestConsole {
  let kept = '';
  let firstByteAt: number | null = null;
  let closed = false;
  const watchers = new Set<() => void>();
  const tell = (): void => {
    for (const watcher of [...watchers]) watcher();
  };
  stream.setEncoding('latin1');
  stream.on('data', (chunk: string) => {
    firstByteAt ??= performance.now();
    kept = (kept + chunk.replaceAll('\r', '')).slice(-keptCharacters);
    tell();
  });
  stream.on('error', () => undefined);
  stream.on('close', () => {
    closed = true;
    tell();
  });
  const tail = (lines: number): string => kept.trimEnd().split('\n').slice(-lines).join('\n');
  return {
    tail,
    text: () => kept,
    get firstByteAt() {
      return firstByteAt;
    },
    waitFor: (pattern, timeoutMs) =>
      new Promise((resolve, reject) => {
        const settle = (error?: LabError): void => {
          clearTimeout(timer);
          watchers.delete(look);
          if (error === undefined) resolve();
          else reject(error);
        };
        const missed = (why: string): LabError =>
          new LabError(
            `The guest's console never showed ${String(pattern)}: ${why}.\nLast console lines:\n${tail(20)}`,
          );
        const timer = setTimeout(() => {
          settle(missed(`not within ${String(timeoutMs)} ms`));
        }, timeoutMs);
        const look = (): void => {
          if (pattern.test(kept)) settle();
          else if (closed) settle(missed('the guest ended'));
        };
        watchers.add(look);
        look();
      }),
  };
}
