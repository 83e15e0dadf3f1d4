import { setTimeout as delay } from 'node:timers/promises';
import { LabError } from '../lab/errors.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Resolves at the first HTTP answer of status 200 with the body. Short attempts: a forwarded port takes a connection
 * before anyone listens behind it, and would hold it for long.
 * @throws LabError after the deadline, with what the last attempt said
 */
export async function firstAnswer(
  { host, port }: Address,
  { timeoutMs, path = '/' }: { readonly timeoutMs: number; readonly path?: string },
): Promise<string> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      const response = await fetch(`http://${host}:${String(port)}${path}`, {
        signal: AbortSignal.timeout(250),
        headers: { connection: 'close' },
      });
      const body = await response.text();
      if (response.status === 200) return body;
      throw new Error(`status ${String(response.status)}`);
    } catch (error) {
      if (performance.now() > deadline) {
        throw new LabError(
          `No HTTP answer on port ${String(port)} within ${String(timeoutMs)} ms; the last attempt: ${String(error)}`,
          { cause: error },
        );
      }
    }
    await delay(10);
  }
}
