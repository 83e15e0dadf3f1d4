import type { CompletedRun } from './types.ts';
import type { Subject } from '../subject.ts';

/**
 * Runs a program of a file tree as a container of the subject's own low-level runtime (runc), with the configuration that
 * runc itself proposes, to its end.
 * @param tarPath on the subject: a tar file, or a device that holds one
 */
export async function runExported(
  subject: Subject,
  tarPath: string,
  program: string,
): Promise<Pick<CompletedRun, 'exitCode' | 'stdout' | 'stderr'>> {
  await subject.exec(['sh', '-ec', layOut, 'sh', tarPath, program], { timeoutMs: 60_000 });
  return subject.exec(['sh', '-ec', 'cd /var/exported; exec runc run exported'], { reject: false, timeoutMs: 60_000 });
}

const layOut = `
rm -rf /var/exported; mkdir -p /var/exported/rootfs; cd /var/exported
tar -xf "$1" -C rootfs
runc spec
sed -i "s#\\"terminal\\": true#\\"terminal\\": false#; s#\\"sh\\"#\\"$2\\"#" config.json
grep -q ' /sys/fs/cgroup ' /proc/mounts || mount -t cgroup2 cgroup2 /sys/fs/cgroup
`;
