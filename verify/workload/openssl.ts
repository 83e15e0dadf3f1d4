import { LabError } from '../lab/errors.ts';
import type { Subject } from '../lab/subject.ts';

export interface OpensslOptions {
  /** As `openssl speed -evp` names it: "sha256", "aes-256-gcm". */
  readonly algorithm: string;
  /** Default 16,384. */
  readonly blockBytes?: number;
  /** Default 1. */
  readonly seconds?: number;
}

export interface OpensslResult {
  readonly operations: number;
  /** CPU time, not elapsed time; the tool counts it in ticks of 10 ms, so measure for seconds, not for less. */
  readonly cpuSeconds: number;
  readonly bytesPerCpuSecond: number;
}

/** Hashes or encrypts the same block over and over. */
export async function opensslSpeed(subject: Subject, options: OpensslOptions): Promise<OpensslResult> {
  const { algorithm, blockBytes = 16_384, seconds = 1 } = options;
  const { stdout, stderr } = await subject.exec(
    ['openssl', 'speed', '-mr', '-seconds', String(seconds), '-bytes', String(blockBytes), '-evp', algorithm],
    { timeoutMs: (seconds + 30) * 1000 },
  );
  return parseOpenssl(stdout + stderr, blockBytes);
}

/** @throws LabError where the line of results ("+R:count:algorithm:seconds") is missing. */
export function parseOpenssl(text: string, blockBytes: number): OpensslResult {
  const match = /^\+R:(\d+):[^:]+:([\d.]+)$/m.exec(text);
  const [operations, cpuSeconds] = [Number(match?.[1]), Number(match?.[2])];
  if (!(operations > 0) || !(cpuSeconds > 0)) {
    throw new LabError(`openssl speed reports no result: ${JSON.stringify(text.slice(-300))}`);
  }
  return { operations, cpuSeconds, bytesPerCpuSecond: (operations * blockBytes) / cpuSeconds };
}
