import { randomBytes } from 'node:crypto';
import { chmod, chown, open } from 'node:fs/promises';
import { LabError } from '../errors.ts';
import type { RunningGuest } from './types.ts';
import { unprivilegedUid } from './vmm.ts';

export interface BackupOptions {
  /** The disk by QEMU's name: `root`, or `disk0` for the first of `disks`. */
  readonly disk: string;
  /** Of the disk as the guest sees it. */
  readonly sizeBytes: number;
  /** The new file, raw, in a folder that anybody may pass through. */
  readonly path: string;
  /** Limit, so that a backup of a small disk takes as long as one of a large disk would. */
  readonly bytesPerSecond: number;
}

const deadlineMs = 60_000;

/**
 * Backs a disk up while the guest goes on writing to it: what the copy has not reached is copied out of the way before it
 * is overwritten, so that the copy shows one moment (QEMU's blockdev-backup job).
 */
export async function backUpDisk(guest: Pick<RunningGuest, 'qmp'>, options: BackupOptions): Promise<void> {
  const { disk, path, sizeBytes, bytesPerSecond } = options;
  const file = await open(path, 'wx');
  await file.truncate(sizeBytes);
  await file.close();
  await chmod(path, 0o600);
  // The VMM's own user must be able to open it: it owns nothing else.
  if (process.getuid?.() === 0) await chown(path, unprivilegedUid, unprivilegedUid);
  const job = `backup-${randomBytes(4).toString('hex')}`;
  const target = `${job}-target`;
  const { qmp } = guest;
  await qmp.execute('blockdev-add', {
    driver: 'raw',
    'node-name': target,
    file: { driver: 'file', filename: path },
  });
  try {
    await qmp.execute('blockdev-backup', {
      'job-id': job,
      device: disk,
      target,
      sync: 'full',
      speed: bytesPerSecond,
    });
    const { data } = await qmp.waitFor(
      ({ event, data: told }) => event === 'BLOCK_JOB_COMPLETED' && told['device'] === job,
      'the end of the backup',
      deadlineMs,
    );
    if (data['error'] !== undefined) throw new LabError(`The backup failed: ${JSON.stringify(data['error'])}`);
  } finally {
    await qmp.execute('blockdev-del', { 'node-name': target }).catch(() => undefined);
  }
}
