import type { Need } from '../claim/claim.ts';
import type { Family } from './distribution.ts';

/** What a part is for beyond the needs of claims: only the suite's own tests miss it. */
export type Purpose = Need | 'tests';

/** A piece of the system that the lab or the tests run: programs, and the packages that bring them. */
export interface Part {
  readonly id: string;
  /** All of them must be there. */
  readonly programs: readonly string[];
  /** Programs any of which does as well as all of those. */
  readonly instead?: readonly string[];
  readonly use: string;
  readonly serves: readonly Purpose[];
  /** Per family: packages, each a choice of names, the first that the distribution offers. */
  readonly packages: Readonly<Record<Exclude<Family, 'other'>, readonly (readonly string[])[]>>;
}

/** One name everywhere. */
const named = (...names: readonly string[]): Part['packages'] => {
  const choices = names.map((name) => [name]);
  return { debian: choices, fedora: choices, arch: choices };
};

const containers: readonly Need[] = ['engine', 'private-engine'];
const guests: readonly Need[] = ['guest', 'full-tree', 'acceleration'];

/**
 * Every system package that anything here runs.
 * @param architecture as Node names it: `x64`, `arm64`
 */
export function systemParts(architecture: string): readonly Part[] {
  const arm = architecture === 'arm64';
  const tool = (program: string, packages: Part['packages'] = named(program)): Part => ({
    id: program,
    programs: [program],
    use: 'an instrument that runs alike on the host, in containers and in guests',
    serves: [...containers, ...guests],
    packages,
  });
  return [
    {
      id: 'engine',
      programs: ['dockerd', 'containerd', 'containerd-shim-runc-v2', 'runc', 'docker-init'],
      use: 'the private container engine, which leaves the machine’s own alone',
      serves: containers,
      packages: {
        debian: [['docker.io']],
        fedora: [['moby-engine']],
        arch: [['docker']],
      },
    },
    {
      id: 'network',
      programs: ['ip', 'tc', 'iptables'],
      use: 'networks of their own for engines, containers and guests',
      serves: [...containers, 'network-namespaces'],
      packages: {
        debian: [['iproute2'], ['iptables']],
        fedora: [['iproute'], ['iproute-tc'], ['iptables-nft']],
        arch: [['iproute2'], ['iptables']],
      },
    },
    {
      id: 'namespaces',
      programs: ['nsenter', 'unshare', 'setpriv'],
      use: 'entering and making namespaces',
      serves: [...containers, ...guests, 'network-namespaces'],
      packages: named('util-linux'),
    },
    {
      id: 'processes',
      programs: ['ps', 'sysctl'],
      use: 'looking at processes',
      serves: containers,
      packages: { debian: [['procps']], fedora: [['procps-ng']], arch: [['procps-ng']] },
    },
    {
      id: 'guest',
      programs: [arm ? 'qemu-system-aarch64' : 'qemu-system-x86_64', 'qemu-img'],
      use: 'virtual machines',
      serves: guests,
      packages: {
        debian: [[arm ? 'qemu-system-arm' : 'qemu-system-x86'], ['qemu-utils']],
        fedora: [[arm ? 'qemu-system-aarch64-core' : 'qemu-system-x86-core'], ['qemu-img']],
        arch: [[arm ? 'qemu-system-aarch64' : 'qemu-system-x86'], ['qemu-img']],
      },
    },
    {
      id: 'busybox',
      programs: ['busybox'],
      use: 'the one file tree that is both container and guest',
      serves: [...containers, ...guests],
      packages: { debian: [['busybox-static']], fedora: [['busybox']], arch: [['busybox']] },
    },
    {
      id: 'archives',
      programs: ['cpio', 'modinfo', 'mke2fs'],
      use: 'disks and first file systems of guests',
      serves: guests,
      packages: named('cpio', 'kmod', 'e2fsprogs'),
    },
    {
      id: 'full-tree',
      programs: ['mmdebstrap'],
      use: 'a whole Debian or Ubuntu as container and as guest',
      serves: ['full-tree', 'packages'],
      packages: { debian: [['mmdebstrap']], fedora: [['mmdebstrap']], arch: [['mmdebstrap']] },
    },
    {
      id: 'second-runtime',
      programs: ['crun'],
      use: 'a low-level runtime by other people, for what must not depend on one',
      serves: ['private-engine'],
      packages: named('crun'),
    },
    {
      id: 'balancer',
      programs: ['haproxy'],
      use: 'a load balancer before services in containers',
      serves: containers,
      packages: named('haproxy'),
    },
    {
      id: 'machine-manager',
      programs: ['libvirtd', 'virsh'],
      use: 'managing virtual machines through one interface; a daemon of its own for each run',
      serves: guests,
      packages: {
        debian: [['libvirt-daemon'], ['libvirt-daemon-driver-qemu'], ['libvirt-clients']],
        fedora: [['libvirt-daemon'], ['libvirt-daemon-driver-qemu'], ['libvirt-client']],
        arch: [['libvirt']],
      },
    },
    tool('fio'),
    tool('iperf3'),
    tool('stress-ng'),
    tool('sysbench'),
    tool('openssl'),
    tool('strace'),
    {
      id: 'client',
      programs: ['docker'],
      use: 'an independent measure of a container’s start',
      serves: ['tests'],
      packages: { debian: [['docker-cli', 'docker.io']], fedora: [['docker-cli']], arch: [['docker']] },
    },
    {
      id: 'stopwatch',
      programs: ['hyperfine'],
      use: 'the clock of that independent measure',
      serves: ['tests'],
      packages: named('hyperfine'),
    },
    {
      id: 'browser',
      programs: ['chromium'],
      instead: ['chromium-browser', 'google-chrome', 'google-chrome-stable'],
      use: 'looking at the site as a reader would',
      serves: ['tests'],
      packages: named('chromium'),
    },
  ];
}

/** The parts of which this machine lacks a program. */
export function missingParts(parts: readonly Part[], has: (program: string) => boolean): readonly Part[] {
  return parts.filter(({ programs, instead }) => !programs.every(has) && instead?.some(has) !== true);
}

/** What to ask a package manager for: the first name of each choice; without one, the programs themselves. */
export function packageNames(family: Family, parts: readonly Part[]): readonly string[] {
  if (family === 'other') return parts.flatMap(({ programs }) => programs);
  return [...new Set(parts.flatMap(({ packages }) => packages[family].map((choice) => choice[0] ?? '')))];
}
