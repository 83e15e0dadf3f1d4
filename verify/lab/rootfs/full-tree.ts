import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { NotHereError } from '../errors.ts';
import { aptSources, candidates } from './apt.ts';
import { hostArchitecture, packagesFor } from './architecture.ts';
import { layGuestFiles } from './bare-tree.ts';
import { requireIdRange } from './become-root.ts';
import { findCommand } from './host-binary.ts';
import { stampElf } from './stamp-elf.ts';
import { ownFile, type BuildOptions, type Recipe } from './recipe.ts';

const packages = ['systemd-sysv', 'udev', 'kmod', 'dbus', 'iproute2', 'nginx-light', 'procps'];

/**
 * A whole small Debian or Ubuntu, of the same release and from the same mirror as the machine: systemd as init, nginx as
 * web server. No kernel in it: a container has no use for one, and a guest is given its own.
 */
export async function fullRecipe({ cacheRoot }: BuildOptions): Promise<Recipe> {
  if ((await findCommand('mmdebstrap')) === null) {
    throw new NotHereError('The full root file system needs mmdebstrap. Install it: apt-get install mmdebstrap');
  }
  await requireIdRange();
  const { codename, lines } = await aptSources(cacheRoot);
  const versions = (await candidates(cacheRoot, ['base-files', 'libc6', ...packages])).map(({ name, version }) => [
    name,
    version,
  ]);
  return {
    ingredients: [codename, packages, versions, hostArchitecture()],
    build: async (tarPath, scratch) => {
      const overlay = join(scratch, 'overlay');
      await layAdditions(overlay);
      const root = process.getuid?.() === 0;
      await execa(
        'mmdebstrap',
        [
          ...['--quiet', '--variant=minbase', `--mode=${root ? 'root' : 'unshare'}`, '--format=tar'],
          `--architectures=${packagesFor(hostArchitecture()).dpkg}`,
          `--include=${packages.join(',')}`,
          ...['--dpkgopt=path-exclude=/usr/share/doc/*', '--dpkgopt=path-exclude=/usr/share/man/*'],
          '--dpkgopt=path-exclude=/usr/share/locale/*',
          `--customize-hook=sync-in ${overlay} /`,
          // Where packages came from is this machine's affair, and a tree is the same without.
          '--customize-hook=rm -f "$1"/etc/apt/sources.list "$1"/etc/apt/apt.conf.d/99mmdebstrap "$1"/etc/resolv.conf',
          '--customize-hook=echo guest > "$1"/etc/hostname; : > "$1"/etc/machine-id',
          '--customize-hook=chroot "$1" passwd --delete root',
          '--customize-hook=chroot "$1" systemctl enable lab-agent.service lab-network.service',
          ...[codename, tarPath, '-'],
        ],
        { input: lines.join('\n'), env: { LC_ALL: 'C', SOURCE_DATE_EPOCH: '1', TMPDIR: scratch } },
      );
    },
  };
}

async function layAdditions(root: string): Promise<void> {
  for (const folder of ['usr/lib/lab', 'usr/bin', 'etc/systemd/system', 'var/www/html']) {
    await mkdir(join(root, folder), { recursive: true });
  }
  await symlink('usr/lib', join(root, 'lib'));
  await layGuestFiles(root);
  await writeFile(join(root, 'usr/bin/stamp'), stampElf(hostArchitecture()));
  await chmod(join(root, 'usr/bin/stamp'), 0o755);
  for (const unit of ['lab-agent.service', 'lab-network.service']) {
    await writeFile(join(root, 'etc/systemd/system', unit), await ownFile(unit));
  }
  await writeFile(join(root, 'var/www/html/index.html'), '<!doctype html><title>ready</title>ready\n');
}
