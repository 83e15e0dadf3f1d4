import { readdir, rm } from 'node:fs/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { findGuests } from '../lab/guest/find.ts';
import { bootRaw } from '../lab/guest/boot-raw.ts';
import { otherKernels } from '../lab/guest/kernel.ts';
import { arm64Firmware, gnuMach } from '../lab/guest/other-systems.ts';
import { restoreGuest } from '../lab/guest/restore.ts';
import { cacheRoot, scratchRoot } from '../lab/places.ts';

const runId = '20260101T000000Z-00e20009';

afterAll(async () => {
  expect(await findGuests(runId)).toEqual([]);
  expect(await readdir(scratchRoot(runId)).catch(() => [])).toEqual([]);
  await rm(scratchRoot(runId), { recursive: true, force: true });
});

describe.runIf(process.arch === 'x64')('systems other than the usual', () => {
  test('a guest runs the kernel of the package that is named', async () => {
    const [kernelPackage = ''] = await otherKernels({ cacheRoot: cacheRoot() });
    await using guest = await restoreGuest({ runId, image: 'bare', kernelPackage });
    const { stdout } = await guest.exec(['uname', '-r']);
    expect(kernelPackage).toBe(`linux-image-${stdout.trim()}`);
  });

  test('a kernel that apt does not offer is named in the error', async () => {
    const started = restoreGuest({ runId, image: 'bare', kernelPackage: 'linux-image-0.0-none' });
    await expect(started).rejects.toThrow('linux-image-0.0-none');
  });

  test('GNU Mach tells of the memory that it was given', async () => {
    const { system } = await gnuMach();
    const { console: printed } = await bootRaw(system, { runId, memoryMiB: 77, until: /:0*4d00000, reserved/ });
    expect(printed).toContain('GNU Mach');
  });

  test('a firmware for arm64 runs on a machine for arm64 and on no other', async () => {
    const right = await arm64Firmware();
    const wrong = await arm64Firmware('x86');
    const options = { runId, memoryMiB: 131, until: /DRAM: +131 MiB/, deadlineMs: 5_000 };
    expect((await bootRaw(right.system, { ...options, ...right.options })).ended).toBe('shown');
    expect((await bootRaw(wrong.system, { ...options, ...wrong.options })).ended).not.toBe('shown');
  });
});
