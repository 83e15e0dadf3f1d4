import { LabError } from '../errors.ts';
import type { GuestOptions } from './types.ts';
import type { Vmm } from './vmm.ts';

/**
 * performance.now() of the agent's READY, or null for a guest without an agent. Where the guest ends, stays silent or is
 * called off, its VMM is ended and the error carries the last console lines.
 */
export async function awaitReady(options: GuestOptions, vmm: Vmm, ready: Promise<number>): Promise<number | null> {
  if (options.withoutAgent === true) return null;
  const timeoutMs = options.readyTimeoutMs ?? (options.image === 'bare' ? 60_000 : 180_000);
  const failure = Promise.withResolvers<never>();
  const fail = (what: string): void => {
    const under = options.accelerator ?? 'tcg';
    const tail = vmm.console.tail(20) || '(nothing was printed)';
    failure.reject(new LabError(`The ${options.image} guest ${what} under ${under}.\nLast console lines:\n${tail}`));
  };
  const timer = setTimeout(() => {
    fail(`did not answer within ${String(timeoutMs)} ms`);
  }, timeoutMs);
  const abort = (): void => {
    fail('was called off before it answered');
  };
  options.signal?.addEventListener('abort', abort, { once: true });
  if (options.signal?.aborted === true) abort();
  void vmm.exited.then(({ because }) => {
    fail(`ended before it answered (${because})`);
  });
  try {
    return await Promise.race([ready, failure.promise]);
  } catch (error) {
    vmm.kill('SIGKILL');
    await vmm.exited;
    throw error;
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', abort);
    // Whatever comes later has nobody left to reject for.
    failure.promise.catch(() => undefined);
  }
}
