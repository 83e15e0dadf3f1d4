import { chmod, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { execa } from 'execa';
import { LabError } from '../errors.ts';

/** Makes an empty qcow2 layer at `path` over a disk that then must stay as it is. */
export async function createOverlay(below: string, format: 'raw' | 'qcow2', path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  try {
    await execa('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', below, '-F', format, path]);
    // qemu-img makes it readable for everybody, and it holds whatever the guest writes; the machine is handed it open.
    await chmod(path, 0o600);
  } catch (cause) {
    throw new LabError(`The guest's disk could not be made at ${path}: ${String(cause)}`, { cause });
  }
}
