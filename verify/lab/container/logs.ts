import type Docker from 'dockerode';
import { collect } from './streams.ts';
import { LabError } from '../errors.ts';
import { tailOf } from '../host/exec-outcome.ts';

/** All that it printed so far. */
export async function logsOf(docker: Docker.Container): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const read = async (which: 'stdout' | 'stderr'): Promise<string> => {
    const raw = await docker.logs({ [which]: true, follow: false });
    return withoutFrames(raw);
  };
  return { stdout: await read('stdout'), stderr: await read('stderr') };
}

/** Each frame of a log begins with eight bytes: stream, three zeros, length (big-endian). */
export function withoutFrames(raw: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at + 8 <= raw.length;) {
    const length = raw.readUInt32BE(at + 4);
    parts.push(raw.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return Buffer.concat(parts).toString('utf8');
}

/** @throws LabError with the last lines where the text does not come in time. */
export async function waitForOutput(
  docker: Docker.Container,
  label: string,
  text: string,
  timeoutMs = 30_000,
): Promise<void> {
  const stream = await docker.logs({ follow: true, stdout: true, stderr: true });
  const printed = collect(docker, stream);
  const found = await new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => {
      resolve(false);
    }, timeoutMs);
    const look = (over: boolean) => (): void => {
      // The demultiplexer runs first on the same event; look after it.
      setImmediate(() => {
        const { stdout, stderr } = printed();
        const there = stdout.includes(text) || stderr.includes(text);
        if (!there && !over) return;
        clearTimeout(timer);
        resolve(there);
      });
    };
    stream.on('data', look(false));
    stream.on('end', look(true));
  });
  (stream as unknown as { destroy(): void }).destroy();
  if (found) return;
  const { stdout, stderr } = printed();
  throw new LabError(
    `The ${label} did not print "${text}" within ${String(timeoutMs)} ms, or ended first.\nLast lines:\n${tailOf(stdout + stderr)}`,
  );
}
