import type { Subject } from './subject.ts';

/** Written by whoever runs the tree, engine or machine, and no part of it. */
const foreign = ['/etc/hosts', '/etc/hostname', '/etc/resolv.conf', '/.dockerenv', '/etc/mtab'];
const elsewhere = ['/proc', '/sys', '/dev', '/run', '/tmp', '/lost+found'];

/**
 * SHA-256 over a subject's own files: paths, permissions, owners, link targets and contents. No timestamps, and nothing
 * that lies on another file system. The subject needs busybox.
 * @param without folders that are left out, by their path below the root: "/usr"
 */
export async function treeDigest(subject: Subject, root = '/', without: readonly string[] = []): Promise<string> {
  const { stdout } = await subject.exec(['busybox', 'sh', '-ec', treeDigestScript(root, without)], {
    timeoutMs: 120_000,
  });
  return stdout.trim().slice(0, 64);
}

/** The same as a script for busybox's shell, whose first word of output is the digest. */
export const treeDigestScript = (root = '/', without: readonly string[] = []): string => `
cd '${root}'
prune='${[...elsewhere, ...without].map((path) => `-path .${path}`).join(' -o ')}'
leave='${foreign.map((path) => `! -path .${path}`).join(' ')}'
list() { busybox find . -xdev \\( $prune \\) -prune -o "$@" | busybox sort; }
{
  list $leave ! -type l -print0 | busybox tr '\\0' '\\n' | busybox xargs busybox stat -c '%n %f %u %g'
  list -type l $leave -print | busybox xargs -r busybox stat -c '%N'
  list -type f $leave -print | busybox xargs busybox sha256sum
} | busybox sha256sum`;
