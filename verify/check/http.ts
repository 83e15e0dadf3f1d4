import { BlockList, isIPv6 } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { LabError } from '../lab/errors.ts';
import { watched } from '../lab/meter.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

/**
 * Resolves at the first HTTP answer of status 200 with the body. Short attempts: a forwarded port takes a connection
 * before anyone listens behind it, and would hold it for long.
 * @throws LabError after the deadline, with what the last attempt said; and at once for an address beyond loopback, which
 * a private engine's containers have in another network than this process's: `lab.reachesWithin` asks them
 */
export async function firstAnswer(
  { host, port }: Address,
  { timeoutMs, path = '/' }: { readonly timeoutMs: number; readonly path?: string },
): Promise<string> {
  if (!loopback.check(host, isIPv6(host) ? 'ipv6' : 'ipv4')) {
    throw new LabError(`${host} is not on loopback, and nothing beyond it is asked from here; use lab.reachesWithin.`);
  }
  return watched(untilAnswered(`http://${host}:${String(port)}${path}`, timeoutMs));
}

async function untilAnswered(url: string, timeoutMs: number): Promise<string> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      const response = await fetch(url, {
        signal: AbortSignal.timeout(250),
        headers: { connection: 'close' },
      });
      const body = await response.text();
      if (response.status === 200) return body;
      throw new Error(`status ${String(response.status)}`);
    } catch (error) {
      if (performance.now() > deadline) {
        throw new LabError(
          `No HTTP answer on port ${new URL(url).port} within ${String(timeoutMs)} ms; the last attempt: ${String(error)}`,
          { cause: error },
        );
      }
    }
    await delay(10);
  }
}
