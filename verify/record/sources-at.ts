import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { extract } from 'tar-stream';
import { contentDigest } from '../claim/claim-file.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));

/**
 * sha256 of every file under claims/ as a commit has it, by path; null where the clone does not have the commit.
 * @param root of the clone
 */
export async function claimFilesAt(commit: string, root = project): Promise<ReadonlyMap<string, string> | null> {
  // Under sudo the clone belongs to another user, which git refuses to read unless told that it is safe.
  const git = execa('git', ['-c', 'safe.directory=*', 'archive', commit, 'claims'], {
    cwd: root,
    encoding: 'buffer',
    reject: false,
  });
  const { exitCode, stdout } = await git;
  if (exitCode !== 0) return null;
  const files = new Map<string, string>();
  const reader = extract();
  reader.end(Buffer.from(stdout));
  for await (const entry of reader) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    files.set(entry.header.name, contentDigest(Buffer.concat(chunks).toString('utf8')));
  }
  return files;
}
