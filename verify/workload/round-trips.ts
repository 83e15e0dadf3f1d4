import { z } from 'zod';
import { LabError } from '../lab/errors.ts';
import type { Subject } from '../lab/subject.ts';
import { parseReport } from './report.ts';

/** Where something listens on TCP. */
export interface Listening {
  readonly address: string;
  readonly port: number;
}

/** Command of a server that sends back whatever comes, a process for each connection: for trees and hosts with busybox. */
export function echoServer(port: number): string[] {
  return ['busybox', 'nc', '-ll', '-p', String(port), '-e', 'busybox', 'cat'];
}

export interface RoundTripOptions {
  /** Exchanges with each target; default 2,000. */
  readonly count?: number;
  /** Pins the client to this processor. Default 0. */
  readonly cpu?: number;
}

const messageBytes = 64;

const report = z.object({
  jobs: z.array(
    z.object({
      error: z.number(),
      write: z.object({
        total_ios: z.number(),
        lat_ns: z.object({ percentile: z.record(z.string(), z.number()).optional() }),
      }),
    }),
  ),
});

/**
 * Sends a message of 64 bytes over TCP and waits until it has come back, over and over, one target after the other, with
 * fio's engine for networks (`pingpong`, fio(1)). Nothing else is under way meanwhile, so a round trip is waiting only.
 * @returns the median round trip of each target in seconds, in the order of the targets
 * @throws LabError where a target refuses, or not all came back
 */
export async function roundTrips(
  subject: Subject,
  targets: readonly Listening[],
  { count = 2000, cpu = 0 }: RoundTripOptions = {},
): Promise<readonly number[]> {
  const jobs = targets.flatMap(({ address, port }, index) => [
    `--name=target${String(index)}`,
    '--stonewall',
    ...['--ioengine=net', '--protocol=tcp', '--nodelay=1', '--pingpong=1', '--rw=write'],
    `--hostname=${address}`,
    `--port=${String(port)}`,
    `--bs=${String(messageBytes)}`,
    `--size=${String(messageBytes * count)}`,
    `--cpus_allowed=${String(cpu)}`,
    ...['--lat_percentiles=1', '--clat_percentiles=0'],
  ]);
  const { stdout } = await subject.exec(['fio', '--output-format=json', ...jobs], { timeoutMs: 60_000, reject: false });
  return parseRoundTrips(stdout, targets, count);
}

export function parseRoundTrips(text: string, targets: readonly Listening[], count: number): readonly number[] {
  const { jobs } = parseReport('fio', report, text);
  return targets.map(({ address, port }, index) => {
    const job = jobs[index];
    const median = job?.write.lat_ns.percentile?.['50.000000'];
    if (job === undefined || job.error !== 0 || median === undefined || job.write.total_ios !== count) {
      throw new LabError(
        `Of ${String(count)} messages to ${address} port ${String(port)}, fio got ${String(job?.write.total_ios ?? 0)} back ` +
          `(error ${String(job?.error ?? 'unknown')}). Does an echo server listen there?`,
      );
    }
    return median / 1e9;
  });
}

/** Resolves when something in the subject's network listens on the TCP port, without connecting to it: proc_net(5). */
export async function listens(subject: Subject, port: number): Promise<void> {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const state = `until cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -q ":${hex} 0*:0000 0A "; do sleep 0.02; done`;
  await subject.exec(['sh', '-c', state], { timeoutMs: 20_000 });
}
