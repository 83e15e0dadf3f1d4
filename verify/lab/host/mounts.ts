import { readFileSync } from 'node:fs';
import { execa } from 'execa';

/** Mount points in mountinfo text (proc_pid_mountinfo(5), field 5), octal escapes undone. */
export function mountPoints(mountinfo: string): string[] {
  return mountinfo
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((point) => point !== '')
    .map((point) => point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8))));
}

/** What is mounted at or below the folder, innermost first. */
export function mountsBelow(folder: string, mountinfo = readMountinfo()): string[] {
  return mountPoints(mountinfo)
    .filter((point) => point === folder || point.startsWith(`${folder}/`))
    .reverse();
}

/** Unmounts all at or below the folder; what is busy is detached and goes when its last user does. */
export async function unmountBelow(folder: string): Promise<string[]> {
  const points = mountsBelow(folder);
  for (const point of points) {
    const { exitCode } = await execa('umount', [point], { reject: false });
    if (exitCode !== 0) await execa('umount', ['-l', point], { reject: false });
  }
  return points;
}

function readMountinfo(): string {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8');
  } catch {
    return '';
  }
}
