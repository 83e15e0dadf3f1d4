import { readdir, realpath, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { NotHereError } from '../errors.ts';
import { hostArchitecture } from './architecture.ts';
import { layBareTree, staticBusybox } from './bare-tree.ts';
import { unpackedPackage } from '../unpacked-package.ts';
import { findCommand, librariesOf } from './host-binary.ts';
import { ownFile, packTar, type Recipe } from './recipe.ts';

/** What an engine runs on, by the package that has each. `kmod` is what loads a kernel's modules, as modprobe. */
const programs = {
  dockerd: 'docker.io',
  'docker-init': 'docker.io',
  'docker-proxy': 'docker.io',
  containerd: 'containerd',
  'containerd-shim-runc-v2': 'containerd',
  runc: 'runc',
  iptables: 'iptables',
  ip: 'iproute2',
  kmod: 'kmod',
} as const;

/** Shows and changes the kernel's balancer. Fetched and not installed: only guests have the balancer for certain. */
const balancerPackages = ['ipvsadm', 'libnl-3-200', 'libnl-genl-3-200', 'libpopt0'];

/**
 * The bare tree and the host's own container engine, which a guest starts as it boots: for what an engine does with a
 * kernel that the host does not have.
 */
export async function engineRecipe(): Promise<Recipe> {
  const busybox = await staticBusybox();
  const found = await Promise.all(
    Object.entries(programs).map(async ([name, from]) => [name, await program(name, from)]),
  );
  const paths = found.map(([, path = '']) => path);
  const libraries = [...new Set((await Promise.all(paths.map(librariesOf))).flat())].sort();
  const extensions = await iptablesExtensions(libraries);
  const unpacked = await Promise.all(balancerPackages.map(unpackedPackage));
  const states = await Promise.all(
    [busybox, ...paths, ...libraries, ...extensions].map(async (path) => {
      const { size, mtimeMs } = await stat(path);
      return [path, size, mtimeMs];
    }),
  );
  return {
    ingredients: [states, unpacked.map(({ name, version }) => [name, version]), hostArchitecture()],
    build: async (tarPath, scratch) => {
      await layBareTree(scratch, busybox);
      const copy = (...words: readonly string[]) => execa('cp', ['--dereference', '--remove-destination', ...words]);
      for (const [name = '', path = ''] of found) await copy(path, join(scratch, 'usr/bin', name));
      await copy('--parents', ...libraries, ...extensions, scratch);
      for (const { directory } of unpacked) {
        await execa('sh', [
          '-c',
          'tar -C "$0" --exclude=./usr/share -c . | tar -C "$1" -x --keep-directory-symlink',
          directory,
          scratch,
        ]);
      }
      // kmod does the work of the name by which it is called.
      await copy(join(scratch, 'usr/bin/kmod'), join(scratch, 'usr/sbin/modprobe'));
      await writeFile(join(scratch, 'lib/lab/engine'), await ownFile('engine.sh'), { mode: 0o755 });
      const begin = '::sysinit:/lib/lab/start\n';
      const inittab = await ownFile('inittab');
      await writeFile(join(scratch, 'etc/inittab'), inittab.replace(begin, `${begin}::sysinit:/lib/lab/engine\n`));
      await packTar(scratch, tarPath);
    },
  };
}

async function program(name: string, from: string): Promise<string> {
  const path = await findCommand(name);
  if (path === null)
    throw new NotHereError(`A guest with an engine needs ${name}. Install it: apt-get install ${from}`);
  return realpath(path);
}

/** Each match and target of a firewall rule is a library of its own, loaded by name. */
async function iptablesExtensions(libraries: readonly string[]): Promise<readonly string[]> {
  const core = libraries.find((path) => basename(path).startsWith('libxtables.so'));
  if (core === undefined) return [];
  const folder = join(dirname(core), 'xtables');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.so'));
  return names.sort().map((name) => join(folder, name));
}
