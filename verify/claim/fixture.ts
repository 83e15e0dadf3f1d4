import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { sections } from './claim-file.ts';

/** A claims folder for tests, removed when disposed. */
export interface ClaimsFolder extends AsyncDisposable {
  readonly root: string;
}

/** @param files path below the folder -> content */
export async function claimsFolder(files: Readonly<Record<string, string>>): Promise<ClaimsFolder> {
  const parent = await mkdtemp(join(tmpdir(), 'bare-claims-test-'));
  const root = join(parent, 'claims');
  await mkdir(root);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return { root, [Symbol.asyncDispose]: () => rm(parent, { recursive: true, force: true }) };
}

/** A ledger in which the sentences carry these claims, or none (`null`). */
export function ledgerFile(...claims: (readonly string[] | null)[]): string {
  return stringify({
    title: 'An article of a test',
    sentences: claims.map((ids, index) => ({
      n: index + 1,
      paragraph: 1,
      section: 'only',
      digest: index.toString(16).padStart(16, '0'),
      ...(ids === null ? { none: 'rhetoric' } : { claims: ids }),
    })),
  });
}

export const frontmatter = {
  statement: 'A container starts quickly.',
  sources: { nickoloff: [1] },
  kind: 'observed',
  findings: {
    start: {
      label: 'a container starts',
      rule: { kind: 'isTrue' },
      expect: 'hold',
      controls: { broken: { must: 'fail', label: 'an image without a command' } },
    },
  },
};

export function claimFile(changes: Readonly<Record<string, unknown>> = {}, body = bodyText()): string {
  return `---\n${stringify({ ...frontmatter, ...changes })}---\n${body}`;
}

export function bodyText(headings: readonly string[] = sections): string {
  return headings.map((heading) => `\n## ${heading}\n\nSome text.\n`).join('');
}

export const checkFile = "await finding('start', { measure, controls: { broken: measure } });\n";
