import { constants, existsSync, readFileSync } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { freemem } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { discoverEngine } from '../../lab/engine/discover.ts';
import { engineFacts, whyNotLocal, whyRootless } from '../../lab/engine/facts.ts';
import { findBinary } from '../../lab/engine/private-needs.ts';
import { probeAccelerator } from '../../lab/guest/probe.ts';
import { machineFacts } from '../../lab/host/facts.ts';
import { cacheRoot } from '../../lab/places.ts';
import { newRunId } from '../../record/run-id.ts';
import { aptHasLists } from '../apt/install.ts';
import { thisDistribution } from '../install.ts';
import { missingParts, systemParts } from '../parts.ts';
import type { FoundEngine, Machine } from './machine.ts';

export interface CollectOptions {
  /** Boot a guest to learn whether acceleration works, even if that was never tried (fetches a kernel). */
  readonly probe: boolean;
}

/** Looks at this machine. Changes nothing, needs no root, and starts nothing but, where asked, one guest. */
export async function collectMachine({ probe }: CollectOptions): Promise<Machine> {
  const { os, lsms, virtualization } = await machineFacts();
  const distribution = await thisDistribution();
  const missing = missingParts(systemParts(process.arch), (program) => findBinary(program) !== null);
  return {
    platform: process.platform,
    architecture: process.arch,
    distribution: { ...distribution, name: os },
    nodeVersion: process.versions.node,
    root: await rootOf(),
    inContainer: containers.includes(virtualization),
    wsl: /microsoft/i.test(read('/proc/version')),
    engine: await engineOf(),
    missing,
    aptLists: distribution.family !== 'debian' || (await aptHasLists()),
    kvm: await kvmOf(),
    acceleration: await accelerationOf(probe),
    lsms,
    availableMemoryBytes: availableMemory(),
    freeDiskBytes: await freeDisk(cacheRoot()),
    leftPolicy: read('/usr/sbin/policy-rc.d').includes('# Left by a bare-claims installation'),
  };
}

/** Container technologies by systemd-detect-virt(1)'s names. */
const containers = [
  'docker',
  'podman',
  'lxc',
  'lxc-libvirt',
  'systemd-nspawn',
  'openvz',
  'rkt',
  'container-other',
  'proot',
];

async function rootOf(): Promise<Machine['root']> {
  if (process.getuid?.() === 0) return 'root';
  if (process.platform !== 'linux' || findBinary('sudo') === null) return 'none';
  const { exitCode } = await execa('sudo', ['--non-interactive', 'true'], { reject: false });
  return exitCode === 0 ? 'free' : 'asks';
}

async function engineOf(): Promise<Machine['engine']> {
  const { engine, source, failed } = await discoverEngine('doctor');
  const sentences = failed.map((attempt) => `${attempt.source} (${attempt.address}): ${attempt.because}`);
  if (engine === null) return { found: null, failed: sentences };
  const { name, version } = await engineFacts(engine);
  const found: FoundEngine = {
    description: `${name} ${version} (${source ?? 'found'})`,
    rootless: (await whyRootless(engine)) !== null,
    notLocal: await whyNotLocal(engine),
  };
  return { found, failed: sentences };
}

async function kvmOf(): Promise<Machine['kvm']> {
  if (!existsSync('/dev/kvm')) return 'absent';
  return await access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => 'opens' as const,
    () => 'denied' as const,
  );
}

async function accelerationOf(probe: boolean): Promise<Machine['acceleration']> {
  // Where a run has tried before, its answer is on file and costs nothing.
  if (!probe && !existsSync(join(cacheRoot(), 'accelerator.json'))) return null;
  const { kind, because } = await probeAccelerator({ cacheRoot: cacheRoot(), runId: newRunId(new Date()) });
  return { usable: kind === 'kvm' || kind === 'hvf', because };
}

/** What programs could take without swapping (MemAvailable of proc(5)), and not only what is unused. */
function availableMemory(): number {
  const kib = /^MemAvailable:\s+(\d+) kB$/m.exec(read('/proc/meminfo'))?.[1];
  return kib === undefined ? freemem() : Number(kib) * 1024;
}

/** Of the file system on which a folder lies or would be made. */
async function freeDisk(folder: string): Promise<number> {
  if (!existsSync(folder)) return await freeDisk(dirname(folder));
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
