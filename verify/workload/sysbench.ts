import { LabError } from '../lab/errors.ts';
import type { Subject } from '../lab/subject.ts';

export interface SysbenchResult {
  readonly events: number;
  readonly seconds: number;
  readonly eventsPerSecond: number;
}

export interface SysbenchCpuOptions {
  /** How often the primes below `maxPrime` are counted. */
  readonly events: number;
  /** Default 10,000. */
  readonly maxPrime?: number;
  /** Default 1. */
  readonly threads?: number;
}

/** Counts primes: integer arithmetic, hardly any memory. */
export async function sysbenchCpu(subject: Subject, options: SysbenchCpuOptions): Promise<SysbenchResult> {
  const { stdout } = await subject.exec(
    [
      'sysbench',
      'cpu',
      `--events=${String(options.events)}`,
      `--cpu-max-prime=${String(options.maxPrime ?? 10_000)}`,
      `--threads=${String(options.threads ?? 1)}`,
      '--time=0',
      'run',
    ],
    { timeoutMs: 120_000 },
  );
  return parseSysbench(stdout);
}

export interface SysbenchMemoryOptions {
  readonly totalBytes: number;
  /** Default 1 MiB. */
  readonly blockBytes?: number;
  readonly operation?: 'read' | 'write';
  readonly access?: 'seq' | 'rnd';
}

/** Goes through memory in blocks; one event is one block. */
export async function sysbenchMemory(subject: Subject, options: SysbenchMemoryOptions): Promise<SysbenchResult> {
  const { stdout } = await subject.exec(
    [
      'sysbench',
      'memory',
      `--memory-block-size=${String(options.blockBytes ?? 2 ** 20)}`,
      `--memory-total-size=${String(options.totalBytes)}`,
      `--memory-oper=${options.operation ?? 'write'}`,
      `--memory-access-mode=${options.access ?? 'seq'}`,
      '--time=0',
      'run',
    ],
    { timeoutMs: 120_000 },
  );
  return parseSysbench(stdout);
}

/** @throws LabError where the report lacks its totals. */
export function parseSysbench(text: string): SysbenchResult {
  const number = (pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? Number.NaN);
  const [events, seconds] = [number(/total number of events:\s+(\d+)/), number(/total time:\s+([\d.]+)s/)];
  if (!(events > 0) || !(seconds > 0)) {
    throw new LabError(`sysbench reports no totals: ${JSON.stringify(text.slice(-300))}`);
  }
  return { events, seconds, eventsPerSecond: events / seconds };
}
