import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bootRaw } from '../lab/guest/boot-raw.ts';
import { bootSector } from '../lab/guest/boot-sector.ts';
import { findGuests } from '../lab/guest/find.ts';
import { probeAccelerator } from '../lab/guest/probe.ts';
import { cacheRoot, scratchRoot } from '../lab/places.ts';

const runId = '20260101T000000Z-00e20004';

afterAll(async () => {
  expect(await findGuests(runId)).toEqual([]);
  expect(await readdir(scratchRoot(runId)).catch(() => [])).toEqual([]);
  await rm(scratchRoot(runId), { recursive: true, force: true });
});

describe.runIf(process.arch === 'x64')('a boot sector', () => {
  const token = randomUUID();
  const until = new RegExp(token);

  test('runs and prints its token', async () => {
    const boot = await bootRaw({ disk: bootSector(token) }, { runId, until });
    expect(boot).toMatchObject({ ended: 'shown', exit: null });
    expect(boot.console.trim()).toBe(token);
  });

  test('halts and does not end', async () => {
    const boot = await bootRaw({ disk: bootSector(token) }, { runId, deadlineMs: 1_500 });
    expect(boot).toMatchObject({ ended: 'deadline' });
    expect(boot.console.trim()).toBe(token);
  });

  test('is refused without its signature', async () => {
    const boot = await bootRaw({ disk: bootSector(token, { signature: false }) }, { runId, until, deadlineMs: 2_000 });
    expect(boot).toMatchObject({ ended: 'deadline', console: '', firstByteMs: null });
  });
});

describe('the accelerator probe', () => {
  test('comes to an end with a kind and a reason, and remembers both', async () => {
    const fresh = await probeAccelerator({ cacheRoot: cacheRoot(), runId, fresh: true });
    expect(['kvm', 'hvf', 'tcg']).toContain(fresh.kind);
    expect(fresh.because.length).toBeGreaterThan(10);
    await expect(probeAccelerator({ cacheRoot: cacheRoot(), runId })).resolves.toEqual(fresh);
  });

  describe('without QEMU', () => {
    const path = process.env['PATH'];
    let empty = '';
    beforeAll(async () => {
      empty = await mkdtemp(join(tmpdir(), 'no-qemu-'));
    });
    afterAll(async () => {
      process.env['PATH'] = path;
      await rm(empty, { recursive: true });
    });

    test('says none, and what to install', async () => {
      process.env['PATH'] = empty;
      const probe = await probeAccelerator({ cacheRoot: cacheRoot(), runId, fresh: true });
      expect(probe.kind).toBe('none');
      expect(probe.because).toMatch(/QEMU is missing .* apt-get install qemu-system-/);
    });
  });
});
