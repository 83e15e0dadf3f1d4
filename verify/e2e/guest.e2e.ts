import { existsSync } from 'node:fs';
import { readFile, readdir, rm } from 'node:fs/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findGuests } from '../lab/guest/find.ts';
import { guestMemory } from '../lab/guest/memory.ts';
import { startGuest } from '../lab/guest/start.ts';
import type { GuestImage, RunningGuest } from '../lab/guest/types.ts';
import { scratchRoot } from '../lab/places.ts';

const runId = '20260101T000000Z-00e20002';

afterAll(async () => {
  expect(await findGuests(runId)).toEqual([]);
  const left = await readdir(scratchRoot(runId)).catch(() => []);
  expect(left).toEqual([]);
  await rm(scratchRoot(runId), { recursive: true, force: true });
});

describe('a guest that is up', () => {
  let guest: RunningGuest;
  beforeAll(async () => {
    guest = await startGuest({ runId, image: 'bare', publish: [80] });
  });
  afterAll(() => guest[Symbol.asyncDispose]());

  test('runs another kernel than the host', async () => {
    const [inside, outside] = [await guest.exec(['uname', '-r']), await execa('uname', ['-r'])];
    expect(inside.stdout.trim()).not.toBe(outside.stdout);
  });

  test('serves HTTP through the port that was published, and only that', async () => {
    const { host, port } = guest.address(80);
    const answer = await fetch(`http://${host}:${String(port)}/`, { signal: AbortSignal.timeout(5_000) });
    expect(await answer.text()).toContain('ready');
    expect(() => guest.address(81)).toThrow(/Port 81 .* not published/);
  });

  test('hands back status, both outputs, and what a pipe would', async () => {
    const script = 'cat; echo complaint >&2; exit 7';
    const result = await guest.exec(['sh', '-c', script], { stdin: "it's\n$HOME", reject: false });
    expect(result).toMatchObject({ exitCode: 7, stdout: "it's\n$HOME", stderr: 'complaint\n' });
    await expect(guest.exec(['sh', '-c', script])).rejects.toThrow(/status 7 .*\n(.*\n)*complaint/);
  });

  test('answers commands side by side, each its own', async () => {
    const numbers = Array.from({ length: 12 }, (_, index) => String(index));
    const results = await Promise.all(numbers.map((number) => guest.exec(['sh', '-c', `sleep 0.2; echo ${number}`])));
    expect(results.map(({ stdout }) => stdout.trim())).toEqual(numbers);
  });

  test('takes and gives megabytes unchanged', async () => {
    const stdin = 'abcdefghijklmno\n'.repeat(200_000);
    const { stdout } = await guest.exec(['cat'], { stdin });
    expect(stdout.length).toBe(stdin.length);
    expect(stdout === stdin).toBe(true);
  });

  test('ends a command that runs over, says what it had printed, and goes on', async () => {
    const slow = guest.exec(['sh', '-c', 'echo begun; sleep 60; echo done'], { timeoutMs: 500 });
    await expect(slow).rejects.toThrow(/did not end within 500 ms(.*\n)*begun/);
    const { stdout } = await guest.exec(['ps']);
    expect(stdout).not.toContain('sleep 60');
  });

  test('cannot reach the host or anything else through its network', async () => {
    // 10.0.2.2 is where QEMU's user network would show the host's loopback.
    const { port } = guest.address(80);
    const reach = await guest.exec(['nc', '-w', '2', '10.0.2.2', String(port)], { reject: false });
    expect(reach.exitCode).not.toBe(0);
  });

  test.runIf(process.getuid?.() === 0)(
    'has a VMM that is not root, has no capability and a system call filter',
    async () => {
      const status = await readFile(`/proc/${String(guest.pid)}/status`, 'utf8');
      expect(status).toMatch(/^Uid:\t65534\t65534\t65534\t65534$/m);
      expect(status).toMatch(/^CapEff:\t0+$/m);
      expect(status).toMatch(/^NoNewPrivs:\t1$/m);
      expect(status).toMatch(/^Seccomp:\t2$/m);
    },
  );

  test('touches less memory than it was given, and an emulator keeps its translations apart', async () => {
    const memory = await guestMemory(guest.pid);
    expect(memory.guestBytes).toBeGreaterThan(16 * 2 ** 20);
    expect(memory.guestBytes).toBeLessThan(260 * 2 ** 20);
    expect(memory.translationBytes).toBeGreaterThan(2 ** 20);
    expect(memory.translationBytes).toBeLessThan(65 * 2 ** 20);
  });

  test('is found by its run', async () => {
    expect((await findGuests(runId)).map(({ pid }) => pid)).toEqual([guest.pid]);
  });
});

describe('a guest that ends', () => {
  test('by its own shutdown says so', async () => {
    await using guest = await startGuest({ runId, image: 'bare' });
    await expect(guest.shutdown()).resolves.toMatchObject({ kind: 'shutdown' });
    await expect(guest.exec(['true'])).rejects.toThrow(/guest ended/);
  });

  test('by a panic says so and takes the running command with it', async () => {
    await using guest = await startGuest({ runId, image: 'bare' });
    const last = guest.exec(['sh', '-c', 'echo c >/proc/sysrq-trigger; sleep 10']);
    await expect(last).rejects.toThrow(/when the guest ended .*panic/i);
    const exit = await guest.exited;
    expect(exit.kind).toBe('panic');
    expect(exit.because).toContain('sysrq');
  });

  test('by a kill leaves no process and no disk', async () => {
    const guest = await startGuest({ runId, image: 'minimal' });
    const { overlayPath } = guest;
    expect(overlayPath !== null && existsSync(overlayPath)).toBe(true);
    await expect(guest.kill()).resolves.toMatchObject({ kind: 'killed' });
    await guest[Symbol.asyncDispose]();
    expect(existsSync(overlayPath ?? '')).toBe(false);
  });
});

describe('a guest that does not come up', () => {
  test('is an error with its last console lines once its time is over', async () => {
    const hanging = startGuest({ runId, image: 'bare', append: 'rdinit=/bin/cat loglevel=7', readyTimeoutMs: 6_000 });
    await expect(hanging).rejects.toThrow(
      /did not answer within 6000 ms under tcg.\nLast console lines:\n(.*\n)*.*Run \/bin\/cat/,
    );
  });

  test('is an error with its last console lines as soon as it ends', async () => {
    const broken = startGuest({ runId, image: 'bare', append: 'rdinit=/bin/false' });
    await expect(broken).rejects.toThrow(/ended before it answered \(.*panic.*\) under tcg.\nLast console lines:/);
  });

  test('says what QEMU said where QEMU itself refuses', async () => {
    const refused = startGuest({ runId, image: 'bare', qemuArguments: ['-device', 'no-such-device'] });
    await expect(refused).rejects.toThrow(/QEMU did not start \(status 1\): .*no-such-device/);
  });

  test('is called off by its signal', async () => {
    const signal = AbortSignal.timeout(500);
    await expect(startGuest({ runId, image: 'bare', signal })).rejects.toThrow(/was called off before it answered/);
  });
});

describe.each<[GuestImage, number]>([
  ['minimal', 80],
  ['full', 80],
])('the %s image', (image, port) => {
  test('boots from its disk, serves HTTP and lets a command run as another user', async () => {
    await using guest = await startGuest({ runId, image, publish: [port] });
    const { host, port: published } = guest.address(port);
    await expect
      .poll(
        () =>
          fetch(`http://${host}:${String(published)}/`).then(
            ({ status }) => status,
            () => 0,
          ),
        { timeout: 60_000 },
      )
      .toBe(200);
    const { stdout } = await guest.exec(['sh', '-c', 'id -u; id -g; pwd; echo $WORD'], {
      user: '1000:1001',
      cwd: '/tmp',
      env: { WORD: 'a b' },
    });
    expect(stdout).toBe('1000\n1001\n/tmp\na b\n');
    const [{ consoleMs, readyMs }] = [guest.timings];
    expect(consoleMs).not.toBeNull();
    expect(readyMs).toBeGreaterThan(consoleMs ?? Infinity);
  });
});
