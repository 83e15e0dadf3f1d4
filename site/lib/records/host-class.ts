import type { HostFacts } from '../../../verify/record/record.ts';

/** What kind of machine a verdict was found on: the facts that may change it, and no others. */
export interface HostClass {
  /** For addresses and comparison: `x86_64-tcg-v2-none`. */
  readonly key: string;
  /** For people: "x86_64, guests emulated, cgroup v2, no LSM". */
  readonly label: string;
  /** Hardware acceleration first, then emulation, then no guests at all. */
  readonly rank: number;
}

const guests: Record<HostFacts['accelerator']['kind'], { label: string; rank: number }> = {
  kvm: { label: 'guests accelerated by KVM', rank: 0 },
  hvf: { label: 'guests accelerated by HVF', rank: 0 },
  tcg: { label: 'guests emulated', rank: 1 },
  none: { label: 'no guests', rank: 2 },
};

export function hostClass({ architecture, accelerator, cgroup, lsms }: HostFacts): HostClass {
  const { label, rank } = guests[accelerator.kind];
  const lsm = lsms.find((name) => name === 'apparmor' || name === 'selinux') ?? 'none';
  return {
    key: [slug(architecture), accelerator.kind, cgroup, lsm].join('-'),
    label: `${architecture}, ${label}, cgroup ${cgroup}, ${lsm === 'none' ? 'no AppArmor or SELinux' : lsm}`,
    rank,
  };
}

/** Letters, digits and underscores: a host fact is anybody's text, an address is not. */
function slug(text: string): string {
  return (
    text
      .toLowerCase()
      .replaceAll(/[^a-z0-9_]+/g, '')
      .slice(0, 20) || 'unknown'
  );
}
