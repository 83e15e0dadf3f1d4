import { isDeepStrictEqual } from 'node:util';
import type { Capability } from '../claim/claim.ts';
import type { HostFacts } from './record.ts';

/** In how many words two hosts differ, or null: "kernel: 6.1.0 and 6.12.5". */
export function hostDifference(a: HostFacts, b: HostFacts): string | null {
  const fields = Object.keys(a) as (keyof HostFacts)[];
  const field = fields.find((key) => !isDeepStrictEqual(comparable(a, key), comparable(b, key)));
  return field === undefined ? null : `${field}: ${JSON.stringify(a[field])} and ${JSON.stringify(b[field])}`;
}

/** Why no better accelerator could be used is told in words with times in them; the host is the same. */
const comparable = (host: HostFacts, key: keyof HostFacts): unknown =>
  key === 'accelerator' ? host.accelerator.kind : host[key];

/** The machine class for which verdicts are published. */
export function capabilityOf(host: HostFacts): Required<Capability> {
  return {
    acceleration: { kvm: 'hardware', hvf: 'hardware', tcg: 'emulated', none: 'none' }[
      host.accelerator.kind
    ] as Required<Capability>['acceleration'],
    cgroup: host.cgroup,
    lsm: host.lsms.includes('apparmor') ? 'apparmor' : host.lsms.includes('selinux') ? 'selinux' : 'none',
    engine: host.engine === null ? 'none' : host.engine.private ? 'private' : 'system',
  };
}
