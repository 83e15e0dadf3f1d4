import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { z } from 'zod';

const root = new URL('../..', import.meta.url);

/** Version of this project and the commit that it was run from; null outside a git checkout. */
export async function toolVersion(): Promise<{ version: string; commit: string | null }> {
  const text = await readFile(new URL('package.json', root), 'utf8');
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(text));
  // Under sudo the checkout belongs to another user, which git refuses to read unless told that it is safe.
  const result = await execa('git', ['-c', 'safe.directory=*', 'rev-parse', 'HEAD'], { cwd: root, reject: false });
  const commit = result.stdout.trim();
  return { version, commit: result.exitCode === 0 && /^[0-9a-f]{40}$/.test(commit) ? commit : null };
}
