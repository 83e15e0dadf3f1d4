import { chmod, copyFile, mkdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { NotHereError } from '../errors.ts';
import { hostArchitecture } from './architecture.ts';
import { findCommand, isStatic } from './host-binary.ts';
import { stampElf } from './stamp-elf.ts';
import { ownFile, packTar, type Recipe } from './recipe.ts';

/** Static busybox under all its names, /bin/stamp, a web page, and what makes it a guest: init, agent, network. */
export async function bareRecipe(): Promise<Recipe> {
  const busybox = await staticBusybox();
  const { size, mtimeMs } = await stat(busybox);
  return {
    ingredients: [busybox, size, mtimeMs, hostArchitecture()],
    build: async (tarPath, scratch) => {
      await layBareTree(scratch, busybox);
      await packTar(scratch, tarPath);
    },
  };
}

/** Path of a busybox that runs in a tree without libraries. */
export async function staticBusybox(): Promise<string> {
  const path = await findCommand('busybox');
  if (path === null || !(await isStatic(path))) {
    throw new NotHereError('There is no static busybox here. Install it: apt-get install busybox-static');
  }
  return path;
}

/** Lays the bare tree into an empty folder; the minimal one begins the same. */
export async function layBareTree(root: string, busybox: string): Promise<void> {
  const folders = 'usr/bin usr/sbin usr/lib usr/lib64 dev proc sys run tmp root etc var/log srv/www lib/lab';
  await mkdir(join(root, 'usr'), { recursive: true });
  // Merged /usr, as Debian and Ubuntu have it: a library's path on the host is its path in the tree.
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) await symlink(`usr/${name}`, join(root, name));
  for (const folder of folders.split(' ')) await mkdir(join(root, folder), { recursive: true });
  await chmod(join(root, 'tmp'), 0o1777);
  await chmod(join(root, 'root'), 0o700);
  await copyFile(busybox, join(root, 'bin/busybox'));
  await chmod(join(root, 'bin/busybox'), 0o755);
  const { stdout } = await execa(busybox, ['--list-full']);
  for (const name of stdout.split('\n').filter((path) => path !== '' && !path.endsWith('/busybox'))) {
    const path = join(root, name.startsWith('usr/') ? name : `usr/${name}`);
    await symlink('/bin/busybox', path).catch((error: unknown) => {
      // With /bin and /usr/bin merged, a few applets are listed twice.
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
  }
  await program(root, 'bin/stamp', stampElf(hostArchitecture()));
  for (const [path, text] of Object.entries(accounts)) await writeFile(join(root, path), text);
  await writeFile(join(root, 'srv/www/index.html'), '<!doctype html><title>ready</title>ready\n');
  await layGuestFiles(root);
  await writeFile(join(root, 'etc/inittab'), await ownFile('inittab'));
}

/** What a tree needs to be a guest; of no effect in a container. */
export async function layGuestFiles(root: string): Promise<void> {
  for (const name of ['agent', 'network', 'start']) await program(root, `lib/lab/${name}`, await ownFile(`${name}.sh`));
}

async function program(root: string, path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(join(root, path), content);
  await chmod(join(root, path), 0o755);
}

const accounts: Readonly<Record<string, string>> = {
  'etc/passwd': [
    'root:x:0:0:root:/root:/bin/sh',
    'user:x:1000:1000:user:/tmp:/bin/sh',
    'nobody:x:65534:65534:nobody:/:/bin/sh',
    '',
  ].join('\n'),
  'etc/group': ['root:x:0:', 'user:x:1000:', 'nogroup:x:65534:', ''].join('\n'),
  'etc/hosts': '127.0.0.1 localhost\n',
  'etc/os-release': 'ID=bare-claims\nNAME="bare-claims"\nPRETTY_NAME="bare-claims minimal tree"\nVERSION_ID=1\n',
};
