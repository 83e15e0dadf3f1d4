import { execa } from 'execa';
import { LabError, NotHereError } from '../errors.ts';

export interface ShapeOptions {
  /** Path of the namespace in which the device lives. */
  readonly netns: string;
  readonly device: string;
  readonly bitsPerSecond: number;
  /** Default: what flows in 10 ms, and no less than 16 kB. */
  readonly burstBytes?: number;
  /** How long a packet may wait before it is dropped; default 50. */
  readonly latencyMs?: number;
}

/**
 * Limits what the device sends (token bucket filter, tc-tbf(8)). Disposing it lifts the limit.
 * @throws NotHereError where the kernel lacks the filter.
 */
export async function shape(options: ShapeOptions): Promise<AsyncDisposable> {
  const { netns, device, bitsPerSecond, latencyMs = 50 } = options;
  const burst = options.burstBytes ?? Math.max(16_000, Math.round(bitsPerSecond / 8 / 100));
  const rate = `${String(Math.round(bitsPerSecond))}bit`;
  const tc = (...args: readonly string[]): ReturnType<typeof runTc> => runTc(netns, args);
  const limits = ['rate', rate, 'burst', String(burst), 'latency', `${String(latencyMs)}ms`];
  const { exitCode, stderr } = await tc('qdisc', 'replace', 'dev', device, 'root', 'tbf', ...limits);
  if (exitCode !== 0) {
    if (/qdisc kind is unknown|qdisc not found|No such file/.test(stderr)) {
      throw new NotHereError('This kernel cannot shape traffic with a token bucket (sch_tbf is missing).');
    }
    throw new LabError(`Shaping ${device} to ${rate} failed: ${stderr}`);
  }
  return {
    [Symbol.asyncDispose]: async () => {
      await tc('qdisc', 'delete', 'dev', device, 'root');
    },
  };
}

async function runTc(netns: string, args: readonly string[]): Promise<{ exitCode?: number; stderr: string }> {
  return execa('nsenter', [`--net=${netns}`, '--', 'tc', ...args], { reject: false });
}
