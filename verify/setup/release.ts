import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { UsageError } from '../claim/errors.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** Every file that names the version, and how each says it. */
const files = {
  'package.json': (text, { from, to }) => replaced(text, `"version": "${from}"`, `"version": "${to}"`, 1),
  'package-lock.json': (text, { from, to }) =>
    // The package itself is told of twice at the head; a dependency of the same version comes later.
    replaced(
      text,
      `"name": "bare-claims",\n  "version": "${from}"`,
      `"name": "bare-claims",\n  "version": "${to}"`,
      1,
    ).replace(`"name": "bare-claims",\n      "version": "${from}"`, `"name": "bare-claims",\n      "version": "${to}"`),
  'CITATION.cff': (text, { from, to, day }) =>
    replaced(
      text.replace(/^date-released: .*\n/m, ''),
      `version: ${from}\n`,
      `version: ${to}\ndate-released: '${day}'\n`,
      1,
    ),
  'CHANGELOG.md': (text, { to, day }) => {
    const [, news = ''] = /^## Unreleased\n([^]*?)(?=^## |$(?![^]))/m.exec(text) ?? [];
    if (news.trim() === '')
      throw new UsageError('CHANGELOG.md has nothing under "## Unreleased": say what is new first.');
    return replaced(text, '## Unreleased\n', `## Unreleased\n\n## ${to} (${day})\n`, 1);
  },
} as const satisfies Record<string, (text: string, release: Release) => string>;
type File = keyof typeof files;

export interface Release {
  readonly from: string;
  readonly to: string;
  /** ISO day. */
  readonly day: string;
}

/**
 * The files' texts for a release. Pure.
 * @throws UsageError where the version is none or does not rise, or a text does not say the version where it should
 */
export function released(texts: Readonly<Record<File, string>>, to: string, day: string): Record<File, string> {
  const { version: from } = JSON.parse(texts['package.json']) as { version: string };
  if (!/^\d+\.\d+\.\d+$/.test(to)) throw new UsageError(`"${to}" is no version: three numbers, such as 1.2.0.`);
  if (compare(to, from) <= 0) throw new UsageError(`Version ${to} does not follow ${from}.`);
  const names = Object.keys(files) as File[];
  return Object.fromEntries(names.map((name) => [name, files[name](texts[name], { from, to, day })])) as Record<
    File,
    string
  >;
}

function replaced(text: string, search: string, by: string, times: number): string {
  const found = text.split(search).length - 1;
  if (found !== times)
    throw new UsageError(`"${search}" is there ${String(found)} times, and should be ${String(times)}.`);
  return text.replace(search, by);
}

function compare(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  const place = [0, 1, 2].find((index) => left?.[index] !== right?.[index]);
  return place === undefined ? 0 : Number(left?.[place]) - Number(right?.[place]);
}

/** `npm run release -- 1.2.0`: the version, changelog and citation in one go. Commits nothing. */
export async function release(args: readonly string[], root = project): Promise<number> {
  const [to, ...rest] = args;
  if (to === undefined || rest.length > 0) throw new UsageError('Name the version: npm run release -- 1.2.0');
  const names = Object.keys(files) as File[];
  const { stdout } = await execa('git', ['status', '--porcelain', '--', ...names], { cwd: root });
  if (stdout !== '') throw new UsageError(`These are changed and not committed:\n${stdout}\nCommit them first.`);
  const texts = await Promise.all(names.map(async (name) => [name, await readFile(join(root, name), 'utf8')] as const));
  const day = new Date().toISOString().slice(0, 10);
  // All of them are known before the first is written.
  const next = released(Object.fromEntries(texts) as Record<File, string>, to, day);
  for (const name of names) await writeFile(join(root, name), next[name]);
  process.stdout.write(
    `Written: ${names.join(', ')}. Look at them, then:\n  git commit -am "Release ${to}" && git tag v${to}\n`,
  );
  return 0;
}
