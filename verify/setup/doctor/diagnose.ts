import type { Need } from '../../claim/claim.ts';
import { installLine } from '../distribution.ts';
import { packageNames } from '../parts.ts';
import type { Machine } from './machine.ts';
import { diagnoseAcceleration } from './acceleration.ts';
import type { Diagnosis } from './diagnosis.ts';
import { diagnoseEngine } from './engine.ts';
import { diagnoseRoom } from './room.ts';

/** What is there, what is missing, and the one line that would mend each. Pure. */
export function diagnose(machine: Machine): readonly Diagnosis[] {
  return [
    diagnosePlatform(machine),
    diagnoseRoot(machine),
    ...diagnoseEngine(machine),
    ...diagnoseParts(machine),
    diagnoseAcceleration(machine),
    diagnoseLsm(machine),
    ...diagnoseRoom(machine),
    ...(machine.leftPolicy ? [leftPolicy] : []),
  ];
}

function diagnosePlatform({ platform, architecture, distribution, nodeVersion, wsl, inContainer }: Machine): Diagnosis {
  const system = platform === 'linux' ? distribution.name : platform === 'darwin' ? 'macOS' : platform;
  const says = `${system} on ${architecture}, Node ${nodeVersion}`;
  const base = { what: 'system', unmet: [] as Need[], fix: null };
  if (platform === 'win32') {
    const unmet: Need[] = ['engine', 'private-engine', 'guest', 'full-tree', 'acceleration', 'network-namespaces'];
    return {
      ...base,
      state: 'missing',
      says: `${says}. The lab runs on Linux and macOS.`,
      unmet,
      fix: 'wsl --install',
    };
  }
  if (platform !== 'linux') {
    const unmet: Need[] = ['private-engine', 'network-namespaces', 'local-host', 'full-tree'];
    const reason = 'Namespaces and a private engine are features of Linux; containers run in a virtual machine here.';
    return { ...base, state: 'limited', says: `${says}. ${reason}`, unmet, fix: 'Run it in a Linux machine as well.' };
  }
  if (!['x64', 'arm64'].includes(architecture)) {
    const reason = 'Trees, guests and the pinned Node are made for x64 and arm64 only.';
    return { ...base, state: 'missing', says: `${says}. ${reason}`, unmet: ['engine', 'private-engine', 'guest'] };
  }
  const notes = [
    ...(wsl ? ['This is WSL2, a virtual machine: its times are those of a guest.'] : []),
    ...(inContainer
      ? ['This is inside a container: what the outer one withholds (devices, mounts) is missing here.']
      : []),
  ];
  return { ...base, state: notes.length > 0 ? 'limited' : 'there', says: [`${says}.`, ...notes].join(' ') };
}

function diagnoseRoot({ root, platform }: Machine): Diagnosis {
  const base = { what: 'root', unmet: [] as Need[], fix: null };
  switch (root) {
    case 'root':
      return { ...base, state: 'there', says: 'This is root.' };
    case 'free':
      return { ...base, state: 'there', says: 'sudo gives root without a password; a run asks before it uses it.' };
    case 'asks':
      return { ...base, state: 'there', says: 'sudo is there; a run asks before it uses it.' };
    case 'none': {
      const unmet: Need[] = platform === 'linux' ? ['root', 'network-namespaces', 'private-engine'] : ['root'];
      const says = 'There is no root here and no sudo: no private engine, no namespaces of the lab’s own.';
      return { ...base, state: 'missing', says, unmet, fix: platform === 'linux' ? "su -c 'npm run verify'" : null };
    }
  }
}

function diagnoseParts({ distribution, missing, aptLists, platform }: Machine): readonly Diagnosis[] {
  // The engine is looked at by itself; off Linux it is that of Docker Desktop, and only QEMU comes from a package.
  const wanted = missing.filter(({ id }) => (platform === 'linux' ? id !== 'engine' : id === 'guest'));
  const findings = wanted.map((part): Diagnosis => {
    return {
      state: 'missing',
      what: part.id,
      says: `${part.programs.join(', ')}: not found. ${upperFirst(part.use)}.`,
      unmet: part.serves.filter((purpose) => purpose !== 'tests'),
      fix:
        platform === 'linux'
          ? installLine(distribution.family, packageNames(distribution.family, [part]))
          : 'brew install qemu',
    };
  });
  if (aptLists) return findings;
  const says = 'apt has no lists of packages yet; kernels of guests and whole trees are taken from there.';
  return [
    ...findings,
    { state: 'missing', what: 'apt lists', says, unmet: ['guest', 'full-tree'], fix: 'sudo apt-get update' },
  ];
}

function diagnoseLsm({ lsms, platform }: Machine): Diagnosis {
  const active = lsms.filter((name) => name === 'apparmor' || name === 'selinux');
  if (active.length > 0)
    return { state: 'there', what: 'LSM', says: `${active.join(', ')} confines.`, unmet: [], fix: null };
  return {
    state: 'limited',
    what: 'LSM',
    says: 'The kernel has neither AppArmor nor SELinux switched on; claims about them have nothing to look at.',
    unmet: ['lsm'],
    fix: platform === 'linux' ? 'Boot with lsm=...,apparmor if the kernel has it.' : null,
  };
}

const leftPolicy: Diagnosis = {
  state: 'limited',
  what: 'policy-rc.d',
  says: 'An installation that was killed left its policy, which keeps services from being started by apt. The next one puts it right.',
  unmet: [],
  fix: 'sudo rm /usr/sbin/policy-rc.d',
};

const upperFirst = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
