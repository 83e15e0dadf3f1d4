import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { restoreGuest } from '../lab/guest/restore.ts';
import { startGuest } from '../lab/guest/start.ts';

const runId = '20260101T000000Z-00e20005';
const netns = 'bc-e2e-tap';
const tap = { device: 'tap0', netns, address: '10.77.0.2/24' };

describe.runIf(process.getuid?.() === 0)('a guest on a tap device in a network namespace', () => {
  const ip = (...words: readonly string[]) => execa('ip', ['-netns', netns, ...words]);

  beforeAll(async () => {
    await execa('ip', ['netns', 'add', netns]);
    await ip('tuntap', 'add', 'dev', tap.device, 'mode', 'tap');
    await ip('address', 'add', '10.77.0.1/24', 'dev', tap.device);
    await ip('link', 'set', tap.device, 'up');
  });
  afterAll(() => execa('ip', ['netns', 'delete', netns]));

  const page = (): Promise<string> => {
    const script = `exec 3<>/dev/tcp/10.77.0.2/80; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3`;
    return execa('ip', ['netns', 'exec', netns, 'timeout', '10', 'bash', '-c', script]).then(({ stdout }) => stdout);
  };

  test.each([
    ['booted', startGuest],
    ['restored', restoreGuest],
  ] as const)('answers at its own address when %s', async (_, start) => {
    await using guest = await start({ runId, image: 'bare', tap });
    expect(guest.address(80)).toEqual({ host: '10.77.0.2', port: 80 });
    await expect(page()).resolves.toMatch(/200 OK[^]*ready/);
  });
});
