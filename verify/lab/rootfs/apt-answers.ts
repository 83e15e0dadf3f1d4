import { createHash } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Whatever changes in one of these may change what apt answers. */
const sources = ['/var/lib/apt/lists', '/etc/apt/sources.list', '/etc/apt/sources.list.d', '/etc/apt/preferences.d'];

/**
 * apt's answer to a question, kept until its lists or sources change: apt takes 0.4 s for each, which a guest that is
 * restored in 0.3 s should not wait for.
 */
export async function rememberedAnswer(
  cacheRoot: string,
  question: string,
  ask: () => Promise<string>,
): Promise<string> {
  const changes = await Promise.all(
    ['/etc/os-release', ...sources].map((path) =>
      stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  );
  const key = createHash('sha256')
    .update(JSON.stringify([question, changes]))
    .digest('hex')
    .slice(0, 16);
  const path = join(cacheRoot, 'apt', key);
  const known = await readFile(path, 'utf8').catch(() => null);
  if (known !== null) return known;
  const answer = await ask();
  await mkdir(join(cacheRoot, 'apt'), { recursive: true });
  await writeFile(path, answer);
  return answer;
}
