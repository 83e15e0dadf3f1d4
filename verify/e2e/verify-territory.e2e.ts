import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeEach, expect, test } from 'vitest';
import { expectClean, newRuns, verdicts } from './fixtures/command.ts';
import { fetchIngredients } from './fixtures/fetched.ts';
import { ownLane } from './fixtures/own-lane.ts';

ownLane();
beforeEach((context) => {
  if (process.getuid?.() !== 0 || process.platform !== 'linux') context.skip('only root can give a command a network');
});

/**
 * A network of the command's own: loopback, and a cable to nowhere with the only route to anywhere, so that every packet
 * that would leave the machine is counted there.
 */
const cable = [
  'ip link set lo up',
  'ip link add out type veth peer name nowhere',
  'sysctl -qw net.ipv6.conf.out.disable_ipv6=1 net.ipv6.conf.nowhere.disable_ipv6=1',
  'ip address add 192.0.2.1/24 dev out',
  'ip link set out up',
  'ip link set nowhere up',
  'ip route add default via 192.0.2.2',
];
// proc_pid_net(5): receive has eight columns after the name, transmit begins with bytes and packets.
const packetsOut = `awk '$1 == "out:" { print $11 }' /proc/net/dev`;

test('the cable counts what would leave', async () => {
  const script = [
    ...cable,
    '{ ping -c 1 -W 1 198.51.100.1 || busybox ping -c 1 -W 1 198.51.100.1; } >/dev/null 2>&1',
    packetsOut,
  ];
  const { stdout } = await execa('unshare', ['--net', 'sh', '-c', script.join(';')]);
  expect(Number(stdout)).toBeGreaterThan(0);
});

/** Everything about the network of whoever runs it, but for counters. */
const network = [
  'ip link | grep -o "^[0-9]*: [^ ]*"',
  'ip address | grep inet',
  'ip route',
  'iptables-save | grep -v "^#\\|^:"',
];

/** Ordinary files, newer than the mark, where no service of a machine writes by itself. */
async function changedSince(mark: string): Promise<string[]> {
  const places = ['/etc', '/opt', '/usr', '/boot', '/srv', '/root'];
  // Caches of other programs, which may be at work beside this test.
  const others = ['/root/.npm', '/root/.cache'];
  const { stdout } = await execa(
    'find',
    [
      ...places,
      '(',
      ...others.flatMap((path) => ['-path', path, '-o']),
      '-false',
      ')',
      '-prune',
      '-o',
      '-type',
      'f',
      '-newercm',
      mark,
      '-print',
    ],
    { reject: false },
  );
  return stdout.split('\n').filter((file) => file !== '');
}

test('a run with an engine and a guest sends nothing beyond its own networks, and changes nothing of the machine', async () => {
  await fetchIngredients();
  using runs = newRuns();
  const before = readdirSync('/').sort();
  const told = join(runs.folder, 'told');
  const states = network.map((command) => `${command} 2>/dev/null`).join('; ');
  const ended = await runs.verify(['calm'], {
    env: { DOCKER_HOST: '' },
    around: {
      network: cable,
      before: `{ ${states}; } > ${told}-before`,
      after: `{ ${states}; } > ${told}-after; ${packetsOut} > ${told}-packets`,
    },
  });
  const record = await runs.record();
  expect(verdicts(record)).toEqual({
    'calm/needs-engine': 'verified',
    'calm/needs-guest': 'verified',
    'calm/needs-nothing': 'verified',
  });
  expect(readFileSync(`${told}-before`, 'utf8')).toContain('nowhere');
  expect(readFileSync(`${told}-after`, 'utf8')).toBe(readFileSync(`${told}-before`, 'utf8'));
  expect(readFileSync(`${told}-packets`, 'utf8')).toBe('0\n');
  expect(await changedSince(`${told}-before`)).toEqual([]);
  expect(readdirSync('/').sort()).toEqual(before);
  await expectClean(record.run, ended);
});
