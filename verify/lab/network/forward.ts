import type { Engine } from '../engine/types.ts';
import { LabError, NotHereError } from '../errors.ts';

export type ForwardPolicy = 'ACCEPT' | 'DROP';

/** What the engine's host does with packets between its networks that no rule names. */
async function forwardPolicy(engine: Engine): Promise<ForwardPolicy> {
  const { stdout } = await engine.hostNetworkExec(['iptables', '-S', 'FORWARD']);
  const policy = /^-P FORWARD (ACCEPT|DROP)$/m.exec(stdout)?.[1];
  if (policy !== 'ACCEPT' && policy !== 'DROP') throw new LabError(`No policy of FORWARD in: ${stdout.slice(0, 200)}`);
  return policy;
}

/**
 * Sets that policy in a private engine's network until disposed of. Docker makes it DROP only where forwarding was off
 * when it started, so whether a neighbour reaches a container's address depends on it: set it, and say it.
 */
export async function withForwardPolicy(engine: Engine, policy: ForwardPolicy): Promise<AsyncDisposable> {
  if (engine.netns === null) {
    throw new NotHereError("The firewall is changed in a private engine's network only, never on this machine.");
  }
  const before = await forwardPolicy(engine);
  const set = async (to: ForwardPolicy): Promise<void> => {
    await engine.hostNetworkExec(['iptables', '-P', 'FORWARD', to]);
  };
  await set(policy);
  return { [Symbol.asyncDispose]: () => set(before) };
}
