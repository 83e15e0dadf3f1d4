import { readdir, rm } from 'node:fs/promises';
import { afterAll, expect, test } from 'vitest';
import { findGuests } from '../lab/guest/find.ts';
import { restoreGuest } from '../lab/guest/restore.ts';
import { scratchRoot } from '../lab/places.ts';

const runId = '20260101T000000Z-00e20003';

afterAll(async () => {
  expect(await findGuests(runId)).toEqual([]);
  expect(await readdir(scratchRoot(runId)).catch(() => [])).toEqual([]);
  await rm(scratchRoot(runId), { recursive: true, force: true });
});

test('copies of one template share its past and nothing that comes after', async () => {
  await using one = await restoreGuest({ runId, image: 'bare', publish: [80] });
  await using two = await restoreGuest({ runId, image: 'bare', publish: [80] });
  const bootId = ['cat', '/proc/sys/kernel/random/boot_id'];
  expect((await one.exec(bootId)).stdout).toBe((await two.exec(bootId)).stdout);

  await one.exec(['sh', '-c', 'echo one >/tmp/mine']);
  expect((await two.exec(['cat', '/tmp/mine'], { reject: false })).exitCode).not.toBe(0);
  for (const guest of [one, two]) {
    const { host, port } = guest.address(80);
    expect((await fetch(`http://${host}:${String(port)}/`, { signal: AbortSignal.timeout(5_000) })).status).toBe(200);
  }
});

test('a restored guest knows the time and needs no boot', async () => {
  await using guest = await restoreGuest({ runId, image: 'bare' });
  const { stdout } = await guest.exec(['date', '+%s']);
  expect(Math.abs(Number(stdout) - Date.now() / 1000)).toBeLessThan(5);
  const { readyMs } = guest.timings;
  expect(readyMs).not.toBeNull();
  // A boot takes more than 2 s under emulation; the floor is what shows that none happened.
  expect(guest.console()).toBe('');
});

test('what a copy writes to its disk stays its own', async () => {
  {
    await using first = await restoreGuest({ runId, image: 'minimal' });
    await first.exec(['sh', '-c', 'rm /srv/www/index.html; sync']);
  }
  await using second = await restoreGuest({ runId, image: 'minimal' });
  await expect(second.exec(['cat', '/srv/www/index.html'])).resolves.toMatchObject({ exitCode: 0 });
});
