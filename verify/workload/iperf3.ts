import { z } from 'zod';
import { LabError } from '../lab/errors.ts';
import type { Subject } from '../lab/subject.ts';
import { parseReport } from './report.ts';

export interface Iperf3Options {
  readonly address: string;
  readonly port: number;
  /** For so long; or until so many bytes were sent. Exactly one of the two. */
  readonly seconds?: number;
  readonly bytes?: number;
  /** Bytes that the client hands to the kernel at a time; default 128 KiB for TCP. */
  readonly writeBytes?: number;
  /** Default 1. */
  readonly parallel?: number;
  /** UDP at this rate instead of TCP at whatever goes through. */
  readonly udpBitsPerSecond?: number;
  /** The server sends. */
  readonly reverse?: boolean;
  /** Pins client and server to this CPU. */
  readonly cpu?: number;
}

export interface Iperf3Result {
  readonly sentBitsPerSecond: number;
  /** What arrived: the number that counts. */
  readonly receivedBitsPerSecond: number;
  readonly receivedBytes: number;
  /** TCP segments sent again; null for UDP. */
  readonly retransmits: number | null;
  /** Fraction of datagrams lost; null for TCP. */
  readonly lostFraction: number | null;
  /** CPU time of the client for each byte that arrived. */
  readonly clientCpuSecondsPerByte: number;
  /** CPU time of client and server together for each byte that arrived. */
  readonly cpuSecondsPerByte: number;
}

const sum = z.object({
  seconds: z.number(),
  bytes: z.number(),
  bits_per_second: z.number(),
  retransmits: z.number().optional(),
  lost_percent: z.number().optional(),
});
const report = z.object({
  error: z.string().optional(),
  end: z.object({
    sum_sent: sum.optional(),
    sum_received: sum.optional(),
    sum: sum.optional(),
    cpu_utilization_percent: z.object({ host_total: z.number(), remote_total: z.number() }).optional(),
  }),
});

/** Command of a server, one test at a time; it prints "listening" when it does. */
export function iperf3Server(port: number): string[] {
  return ['iperf3', '--server', '--forceflush', '--port', String(port)];
}

/** Runs the client in the subject, against a server that listens already. */
export async function iperf3Run(subject: Subject, options: Iperf3Options): Promise<Iperf3Result> {
  const { stdout } = await subject.exec(['iperf3', ...iperf3Arguments(options)], {
    timeoutMs: ((options.seconds ?? 30) + 30) * 1000,
    // Its failures are told in the report.
    reject: false,
  });
  return parseIperf3(stdout);
}

function iperf3Arguments(options: Iperf3Options): string[] {
  return [
    '--client',
    options.address,
    '--port',
    String(options.port),
    ...(options.bytes === undefined ? ['--time', String(options.seconds)] : ['--bytes', String(options.bytes)]),
    ...(options.writeBytes === undefined ? [] : ['--length', String(options.writeBytes)]),
    '--parallel',
    String(options.parallel ?? 1),
    '--connect-timeout',
    '5000',
    ...(options.udpBitsPerSecond === undefined ? [] : ['--udp', '--bitrate', String(options.udpBitsPerSecond)]),
    ...(options.reverse === true ? ['--reverse'] : []),
    ...(options.cpu === undefined ? [] : ['--affinity', `${String(options.cpu)},${String(options.cpu)}`]),
    '--json',
  ];
}

/** @throws LabError with what iperf3 says went wrong. */
export function parseIperf3(text: string): Iperf3Result {
  const { error, end } = parseReport('iperf3', report, text);
  const [sent, received] = [end.sum_sent ?? end.sum, end.sum_received ?? end.sum];
  if (error !== undefined || sent === undefined || received === undefined) {
    throw new LabError(`iperf3 could not measure: ${error ?? 'it reports no sum'}`);
  }
  const cpu = end.cpu_utilization_percent ?? { host_total: 0, remote_total: 0 };
  const [client, server] = [(cpu.host_total / 100) * sent.seconds, (cpu.remote_total / 100) * received.seconds];
  const perByte = (seconds: number) => (received.bytes === 0 ? Number.POSITIVE_INFINITY : seconds / received.bytes);
  const lost = received.lost_percent;
  return {
    sentBitsPerSecond: sent.bits_per_second,
    receivedBitsPerSecond: received.bits_per_second,
    receivedBytes: received.bytes,
    retransmits: sent.retransmits ?? null,
    lostFraction: lost === undefined ? null : lost / 100,
    clientCpuSecondsPerByte: perByte(client),
    cpuSecondsPerByte: perByte(client + server),
  };
}

/** Starts a server in a subject's background and returns when its port is listened on. It ends with the subject. */
export async function listenInBackground(subject: Subject, command: readonly string[], port: number): Promise<void> {
  const script = `"$@" </dev/null >/dev/null 2>&1 &
    until ss -ltn | grep -q ":${String(port)} "; do kill -0 $! || exit 1; sleep 0.1; done`;
  await subject.exec(['sh', '-c', script, 'sh', ...command]);
}
