import { describe, expect, test } from 'vitest';
import { systemParts } from '../parts.ts';
import { diagnose } from './diagnose.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Machine } from './machine.ts';

const parts = systemParts('x64');
const only = (...ids: readonly string[]): Machine['missing'] => parts.filter(({ id }) => ids.includes(id));
const gib = 2 ** 30;

/** A machine that has everything. */
const whole: Machine = {
  platform: 'linux',
  architecture: 'x64',
  distribution: { family: 'debian', name: 'Debian 12' },
  nodeVersion: '24.0.0',
  root: 'root',
  inContainer: false,
  wsl: false,
  engine: {
    found: { description: 'Docker Engine 27 (the default socket)', rootless: false, notLocal: null },
    failed: [],
  },
  missing: [],
  aptLists: true,
  kvm: 'opens',
  acceleration: { usable: true, because: 'a guest reached its init' },
  lsms: ['apparmor'],
  availableMemoryBytes: 8 * gib,
  freeDiskBytes: 50 * gib,
  leftPolicy: false,
};
const noEngine: Machine['engine'] = { found: null, failed: [] };
const desktop = { description: 'Docker Desktop 4', rootless: false, notLocal: 'Containers run elsewhere.' };
const fedora = { family: 'fedora', name: 'Fedora' } as const;
const arch = { family: 'arch', name: 'Arch' } as const;

const about = (change: Partial<Machine>, what: string): Diagnosis | undefined =>
  diagnose({ ...whole, ...change }).find((item) => item.what === what);

test('a machine that has everything misses nothing and needs no mending', () => {
  const items = diagnose(whole);
  expect(items.map(({ state }) => state)).toEqual(items.map(() => 'there'));
  expect(items.flatMap(({ unmet, fix }) => [...unmet, ...(fix === null ? [] : [fix])])).toEqual([]);
});

const cases: readonly [string, Partial<Machine>, string, Partial<Omit<Diagnosis, 'fix'>>, RegExp | null][] = [
  [
    'no sudo',
    { root: 'none' },
    'root',
    { state: 'missing', unmet: ['root', 'network-namespaces', 'private-engine'] },
    /^su -c/,
  ],
  ['a sudo that asks', { root: 'asks' }, 'root', { state: 'there', unmet: [] }, null],
  ['a sudo that does not', { root: 'free' }, 'root', { state: 'there', unmet: [] }, null],
  ['no engine running', { engine: noEngine }, 'engine', { state: 'there', unmet: [] }, null],
  [
    'no engine and no root',
    { engine: noEngine, root: 'none' },
    'engine',
    { state: 'missing', unmet: ['engine'] },
    null,
  ],
  [
    'no engine and no iptables',
    { engine: noEngine, missing: only('network') },
    'engine',
    { state: 'missing', unmet: ['engine'] },
    null,
  ],
  [
    'a socket that this user may not open',
    { engine: { found: null, failed: ['the default socket (/x): This user may not open its socket'] }, root: 'none' },
    'engine',
    { state: 'missing', unmet: ['engine'] },
    /usermod -aG docker/,
  ],
  [
    'a rootless engine',
    { engine: { found: { description: 'Docker', rootless: true, notLocal: null }, failed: [] }, root: 'none' },
    'engine',
    { state: 'limited', unmet: [] },
    null,
  ],
  [
    'Docker Desktop',
    { engine: { found: desktop, failed: [] } },
    'engine',
    { state: 'limited', unmet: ['local-host'] },
    null,
  ],
  [
    'macOS without an engine',
    { platform: 'darwin', root: 'none', engine: noEngine },
    'engine',
    { unmet: ['engine'] },
    /Docker Desktop/,
  ],
  [
    'macOS without QEMU',
    { platform: 'darwin', missing: only('guest') },
    'guest',
    { state: 'missing' },
    /^brew install qemu$/,
  ],
  ['macOS', { platform: 'darwin', architecture: 'arm64' }, 'system', { state: 'limited' }, /Linux/],
  ['Windows', { platform: 'win32' }, 'system', { state: 'missing' }, /^wsl --install$/],
  ['WSL2', { wsl: true }, 'system', { state: 'limited', unmet: [] }, null],
  [
    'WSL2 without nesting',
    { wsl: true, kvm: 'absent', acceleration: null },
    'acceleration',
    { unmet: ['acceleration'] },
    /wslconfig/,
  ],
  ['a container', { inContainer: true }, 'system', { state: 'limited', unmet: [] }, null],
  ['arm64', { architecture: 'arm64' }, 'system', { state: 'there', unmet: [] }, null],
  [
    'an architecture without recipes',
    { architecture: 'riscv64' },
    'system',
    { state: 'missing', unmet: ['engine', 'private-engine', 'guest'] },
    null,
  ],
  [
    'an engine but no dockerd',
    { missing: only('engine') },
    'private engine',
    { state: 'missing', unmet: ['private-engine'] },
    /docker\.io$/,
  ],
  [
    'the same on Fedora',
    { missing: only('engine'), distribution: fedora },
    'private engine',
    { state: 'missing' },
    /dnf .*moby-engine$/,
  ],
  [
    'the same on Arch',
    { missing: only('engine'), distribution: arch },
    'private engine',
    { state: 'missing' },
    /pacman .*docker$/,
  ],
  [
    'no QEMU',
    { missing: only('guest') },
    'guest',
    { state: 'missing', unmet: ['guest', 'full-tree', 'acceleration'] },
    /qemu-system-x86 qemu-utils$/,
  ],
  [
    'no QEMU on Fedora',
    { missing: only('guest'), distribution: fedora },
    'guest',
    { state: 'missing' },
    /dnf .*qemu-system-x86-core qemu-img$/,
  ],
  ['no stopwatch', { missing: only('stopwatch') }, 'stopwatch', { state: 'missing', unmet: [] }, /hyperfine$/],
  [
    'apt that was never updated',
    { aptLists: false },
    'apt lists',
    { state: 'missing', unmet: ['guest', 'full-tree'] },
    /apt-get update$/,
  ],
  [
    'KVM that this user may not open',
    { kvm: 'denied', root: 'none', acceleration: null },
    'acceleration',
    { state: 'missing', unmet: ['acceleration'] },
    /usermod -aG kvm/,
  ],
  [
    'KVM that sudo will open',
    { kvm: 'denied', root: 'asks', acceleration: null },
    'acceleration',
    { state: 'limited', unmet: [] },
    null,
  ],
  [
    'no KVM',
    { kvm: 'absent', acceleration: null },
    'acceleration',
    { state: 'missing', unmet: ['acceleration'] },
    /firmware/,
  ],
  [
    'KVM that opens and hangs',
    { acceleration: { usable: false, because: 'a guest hung' } },
    'acceleration',
    { state: 'missing', unmet: ['acceleration'] },
    /nested/,
  ],
  ['KVM that nobody tried', { acceleration: null }, 'acceleration', { state: 'limited', unmet: [] }, null],
  ['no AppArmor', { lsms: ['capability'] }, 'LSM', { state: 'limited', unmet: ['lsm'] }, /lsm=/],
  ['SELinux', { lsms: ['selinux'] }, 'LSM', { state: 'there', unmet: [] }, null],
  ['memory just enough', { availableMemoryBytes: 3 * gib }, 'memory', { state: 'there', unmet: [] }, null],
  ['little memory', { availableMemoryBytes: 3 * gib - 1 }, 'memory', { state: 'limited', unmet: [] }, /memory/],
  [
    'next to no memory',
    { availableMemoryBytes: gib - 1 },
    'memory',
    { state: 'missing', unmet: ['guest', 'full-tree'] },
    /memory/,
  ],
  ['disk just enough', { freeDiskBytes: 6 * gib }, 'disk', { state: 'there', unmet: [] }, null],
  ['little disk', { freeDiskBytes: 6 * gib - 1 }, 'disk', { state: 'limited', unmet: [] }, /BARE_CLAIMS_CACHE/],
  ['a policy left by a killed installation', { leftPolicy: true }, 'policy-rc.d', { state: 'limited' }, /sudo rm/],
];

describe('a machine with', () => {
  test.each(cases)('%s', (_, change, what, expected, fix) => {
    const item = about(change, what);
    expect(item).toMatchObject(expected);
    if (fix === null) expect(item?.fix).toBeNull();
    else expect(item?.fix).toMatch(fix);
  });
});

test('a machine that is fine says nothing of packages', () => {
  expect(about({}, 'guest')).toBeUndefined();
  expect(about({}, 'policy-rc.d')).toBeUndefined();
});

test('every sentence of every case ends like one', () => {
  for (const [, change] of cases) {
    for (const { says } of diagnose({ ...whole, ...change })) expect(says).toMatch(/[^.]\.$/);
  }
});
