import { randomBytes } from 'node:crypto';
import type { Engine } from '../engine/types.ts';
import type { GuestTap } from '../guest/types.ts';
import { LabError, NotHereError } from '../errors.ts';
import { ip } from './namespace.ts';

/** A tap device for one guest; disposing it removes it. */
export type BridgeTap = GuestTap & AsyncDisposable;

/**
 * A network card for a guest on the default bridge of a private engine, beside its containers: what a guest and a
 * container send to each other there passes through the same bridge.
 */
export async function createBridgeTap(engine: Engine): Promise<BridgeTap> {
  if (engine.netns === null) {
    throw new NotHereError(
      "A guest joins the bridge of a private engine only: nothing of this machine's network is changed.",
    );
  }
  const { IPAM, Options } = (await engine.docker.getNetwork('bridge').inspect()) as {
    readonly IPAM?: { readonly Config?: readonly { readonly Subnet?: string; readonly Gateway?: string }[] };
    readonly Options?: Readonly<Record<string, string>>;
  };
  const { Subnet: subnet = '', Gateway: gateway = '' } = IPAM?.Config?.[0] ?? {};
  const bridge = Options?.['com.docker.network.bridge.name'] ?? 'docker0';
  const address = highAddress(subnet);
  const netns = engine.netns.replace('/run/netns/', '');
  const device = `bt${randomBytes(4).toString('hex')}`;
  await ip('-n', netns, 'tuntap', 'add', 'dev', device, 'mode', 'tap');
  const remove = () => ip('-n', netns, 'link', 'delete', device);
  try {
    await ip('-n', netns, 'link', 'set', device, 'master', bridge);
    await ip('-n', netns, 'link', 'set', device, 'up');
  } catch (error) {
    await remove();
    throw error;
  }
  return { device, netns, address, gateway, [Symbol.asyncDispose]: remove };
}

/** Engines hand addresses out from the low end: one of the last 253 of the subnet, with its prefix. */
export function highAddress(subnet: string): string {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(subnet);
  const [a = 0, b = 0, c = 0, d = 0, prefix = 32] = (match ?? []).slice(1).map(Number);
  if (match === null || prefix > 22) {
    throw new LabError(`The default bridge has the subnet "${subnet}"; a guest needs room in it, a /22 or wider.`);
  }
  const last = ((a * 256 + b) * 256 + c) * 256 + d + 2 ** (32 - prefix) - 1;
  const chosen = last - 1 - ((randomBytes(1)[0] ?? 0) % 253);
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(chosen / 2 ** shift) % 256);
  return `${octets.join('.')}/${String(prefix)}`;
}
