import { expect, test } from 'vitest';
import { distributionOf, installLine } from './distribution.ts';

test.each([
  ['ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"', 'debian', 'Debian GNU/Linux 12 (bookworm)'],
  ['PRETTY_NAME="Ubuntu 24.04.1 LTS"\nID=ubuntu\nID_LIKE=debian', 'debian', 'Ubuntu 24.04.1 LTS'],
  ["ID=linuxmint\nID_LIKE='ubuntu debian'\nPRETTY_NAME='Linux Mint 22'", 'debian', 'Linux Mint 22'],
  ['ID=fedora\nPRETTY_NAME="Fedora Linux 43"', 'fedora', 'Fedora Linux 43'],
  ['ID="rocky"\nID_LIKE="rhel centos fedora"\nPRETTY_NAME="Rocky Linux 9"', 'fedora', 'Rocky Linux 9'],
  ['ID=arch\nPRETTY_NAME="Arch Linux"', 'arch', 'Arch Linux'],
  ['ID=manjaro\nID_LIKE=arch\nPRETTY_NAME=Manjaro', 'arch', 'Manjaro'],
  ['ID=alpine\nPRETTY_NAME="Alpine Linux v3.22"', 'other', 'Alpine Linux v3.22'],
  ['ID=constructor', 'other', 'an unknown system'],
  ['', 'other', 'an unknown system'],
])('os-release %j belongs to %s', (text, family, name) => {
  expect(distributionOf(text)).toEqual({ family, name });
});

test.each([
  ['debian', 'sudo apt-get install --no-install-recommends fio cpio'],
  ['fedora', 'sudo dnf install --setopt=install_weak_deps=False fio cpio'],
  ['arch', 'sudo pacman -S --needed fio cpio'],
  ['other', 'Install what your distribution has for: fio cpio'],
] as const)('on %s the line that installs is %j', (family, line) => {
  expect(installLine(family, ['fio', 'cpio'])).toBe(line);
});
