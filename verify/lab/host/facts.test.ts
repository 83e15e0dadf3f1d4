import { homedir, release, totalmem } from 'node:os';
import { expect, test } from 'vitest';
import { guessVirtualization, machineFacts, osName } from './facts.ts';
import { memoryOf, memoryOfTree, parseRollup } from './memory.ts';
import { mountPoints, mountsBelow } from './mounts.ts';
import { showCommand } from './exec-outcome.ts';

test('the facts of this machine are those of its kernel, and name nobody', async () => {
  const facts = await machineFacts();
  expect(facts).toMatchObject({ kernel: release(), memoryBytes: totalmem(), root: process.getuid?.() === 0 });
  expect(facts.cpus).toBeGreaterThan(0);
  expect(facts.virtualization).toMatch(/^[a-z0-9-]+$/);
  expect(JSON.stringify(facts)).not.toContain(homedir());
});

test('the name of the system is that of os-release', () => {
  expect(osName('ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n')).toBe('Debian GNU/Linux 12 (bookworm)');
});

test.each([
  [false, 'QEMU Standard PC', true, 'kvm'],
  [false, 'Microsoft Corporation Virtual Machine', true, 'microsoft'],
  [false, 'Microsoft Corporation Surface', false, 'none'],
  [false, '', true, 'vm-other'],
  [false, '', false, 'unknown'],
  [false, 'LENOVO 20XW', false, 'none'],
  [true, 'LENOVO 20XW', false, 'container-other'],
] as const)('container %s, product "%s", hypervisor flag %s: %s', (inContainer, product, flag, expected) => {
  expect(guessVirtualization(inContainer, product, flag)).toBe(expected);
});

test('memory is read in bytes, the parts apart', () => {
  const rollup = 'Rss:  13000 kB\nPss:   2600 kB\nPss_Anon:  1600 kB\nPss_File:  1000 kB\n';
  expect(parseRollup(rollup)).toEqual({
    pssBytes: 2600 * 1024,
    fileBytes: 1000 * 1024,
    anonymousBytes: 1600 * 1024,
    rssBytes: 13000 * 1024,
  });
});

test.runIf(process.platform === 'linux')('a process shares some memory, so that its PSS is below its RSS', () => {
  const own = memoryOf([process.pid]);
  expect(own.pssBytes).toBeGreaterThan(2 ** 20);
  expect(own.pssBytes).toBeLessThanOrEqual(own.rssBytes);
});

test.runIf(process.platform === 'linux')('a tree of processes takes more than its root alone', () => {
  const [root, tree] = [memoryOf([process.ppid]), memoryOfTree(process.ppid)];
  expect(tree.anonymousBytes).toBeGreaterThan(root.anonymousBytes + 2 ** 20);
});

test('mounts below a folder come innermost first, and a sibling with a longer name is not below', () => {
  const info = [
    '1 0 8:1 / / rw - ext4 /dev/a rw',
    '2 1 0:5 / /run/x rw - tmpfs tmpfs rw',
    '3 2 0:6 / /run/x/with\\040blank rw - tmpfs tmpfs rw',
    '4 1 0:7 / /run/xy rw - tmpfs tmpfs rw',
  ].join('\n');
  expect(mountsBelow('/run/x', info)).toEqual(['/run/x/with blank', '/run/x']);
  expect(mountPoints(info)).toHaveLength(4);
});

test('a command is shown as it could be typed', () => {
  expect(showCommand(['sh', '-c', "echo 'a b'"])).toBe(`sh -c 'echo '\\''a b'\\'''`);
});
