import { matchesGlob } from 'node:path';
import type { Catalogue, Claim } from './catalogue.ts';
import { UsageError } from './errors.ts';
import { plannedClaims } from './ledger.ts';
import { problemLine } from './problem.ts';
import { nearest } from './suggest.ts';

/**
 * The claims that the patterns name, sorted by id; all of them where there is no pattern.
 * @param patterns claim ids, topics, globs (`startup/*vm*`) or paths of claim and check files
 * @throws UsageError for a pattern that names nothing, with what was perhaps meant
 */
export function selectClaims(catalogue: Catalogue, patterns: readonly string[]): Claim[] {
  if (patterns.length === 0) return [...catalogue.claims];
  const wanted = patterns.map(withoutPath);
  for (const [index, pattern] of wanted.entries()) {
    if (!catalogue.claims.some((claim) => matches(claim, pattern))) {
      throw new UsageError(nothingFor(catalogue, patterns[index] ?? pattern, pattern));
    }
  }
  return catalogue.claims.filter((claim) => wanted.some((pattern) => matches(claim, pattern)));
}

/** Shells complete file names: `claims/startup/x.check.ts` means `startup/x`. */
function withoutPath(pattern: string): string {
  return pattern.replace(/^(\.\/)?claims\//, '').replace(/(\.mdx|\.check\.ts|\/)$/, '');
}

const matches = ({ id, topic }: Claim, pattern: string): boolean =>
  id === pattern || topic === pattern || (/[*?[{]/.test(pattern) && matchesGlob(id, pattern));

function nothingFor(catalogue: Catalogue, typed: string, pattern: string): string {
  const own = catalogue.problems.filter(({ file }) => withoutPath(file) === pattern);
  if (own.length > 0) {
    return `The claim "${pattern}" cannot be run until its file is mended:\n${own.map((problem) => `  ${problemLine(problem)}`).join('\n')}`;
  }
  if (plannedClaims(catalogue.ledger).includes(pattern)) {
    return `The claim "${pattern}" is planned but not written yet. To begin it: npm run claim:new -- ${pattern}`;
  }
  const names = [...new Set(catalogue.claims.map(({ topic }) => topic)), ...catalogue.claims.map(({ id }) => id)];
  const near = nearest(pattern, names);
  const hint = near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`;
  return `No claim or topic matches "${typed}".${hint} All of them: npm run verify -- --list`;
}
