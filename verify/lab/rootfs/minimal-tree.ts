import { chmod, copyFile, mkdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { NotHereError } from '../errors.ts';
import { hostArchitecture } from './architecture.ts';
import { layBareTree, staticBusybox } from './bare-tree.ts';
import { findCommand, librariesOf } from './host-binary.ts';
import { packTar, type Recipe } from './recipe.ts';

/** Instruments without which the tree would be of no use, by the package that has each. */
const required = {
  dash: 'dash',
  fio: 'fio',
  iperf3: 'iperf3',
  'stress-ng': 'stress-ng',
  sysbench: 'sysbench',
  openssl: 'openssl',
  strace: 'strace',
};
/** Taken along where the host has them; most replace a busybox applet that knows less. */
const welcome = [
  'getconf',
  'runc',
  'setpriv',
  'unshare',
  'nsenter',
  'taskset',
  'ip',
  'tc',
  'ss',
  'capsh',
  'perf',
  'keyctl',
];

/**
 * The bare tree and the host's own measuring tools with their libraries: identical binaries on the host, in the
 * container and in the guest, so that a comparison compares isolation and not builds.
 */
export async function minimalRecipe(): Promise<Recipe> {
  const busybox = await staticBusybox();
  const programs = await findPrograms();
  const libraries = new Set((await Promise.all(programs.map(librariesOf))).flat());
  const files = [...programs, ...[...libraries].sort()];
  const states = await Promise.all([busybox, ...files].map(async (path) => [path, await identity(path)]));
  return {
    ingredients: [states, hostArchitecture()],
    build: async (tarPath, scratch) => {
      await layBareTree(scratch, busybox);
      for (const path of programs) {
        await rm(join(scratch, 'usr/sbin', basename(path)), { force: true });
        await copyInto(scratch, join('/usr/bin', basename(path)), path);
      }
      for (const path of libraries) await copyInto(scratch, path, path);
      // Busybox's own shell prefers its applets to what lies in PATH: `ip` in a script would never be the real one.
      await rm(join(scratch, 'usr/bin/sh'));
      await symlink('dash', join(scratch, 'usr/bin/sh'));
      await mkdir(join(scratch, 'usr/lib/ssl'), { recursive: true });
      await writeFile(join(scratch, 'usr/lib/ssl/openssl.cnf'), '');
      await packTar(scratch, tarPath);
    },
  };
}

async function findPrograms(): Promise<readonly string[]> {
  const found: string[] = [];
  const missing: string[] = [];
  for (const [command, packageName] of Object.entries(required)) {
    const path = await findCommand(command);
    if (path === null) missing.push(packageName);
    else found.push(path);
  }
  if (missing.length > 0) {
    throw new NotHereError(`Measuring tools are missing. Install them: apt-get install ${missing.join(' ')}`);
  }
  for (const command of welcome) {
    const path = await findCommand(command);
    if (path !== null) found.push(path);
  }
  return found;
}

async function identity(path: string): Promise<readonly number[]> {
  const { size, mtimeMs } = await stat(path);
  return [size, mtimeMs];
}

/** Copies a file's content under a path that the tree may hold already, as an applet's symbolic link. */
async function copyInto(root: string, path: string, from: string): Promise<void> {
  const target = join(root, path);
  await mkdir(dirname(target), { recursive: true });
  await rm(target, { force: true });
  await copyFile(from, target);
  await chmod(target, 0o755);
}
