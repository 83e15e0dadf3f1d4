import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { claimIdSchema, type ClaimFrontmatter } from './claim.ts';
import { contentDigest, parseClaimFile } from './claim-file.ts';
import { bodyFlaws, frontmatterFlaws, unnamedFlaws } from './claim-rules.ts';
import { linkFlaws, sourceFlaws, twinFlaws } from './claim-links.ts';
import { loadLedger, type Ledger } from './ledger.ts';
import { displayPath, type Problem } from './problem.ts';
import { claimsRoot } from './root.ts';

/** A claim whose files are whole and agree with each other, the ledger and the other claims. */
export interface Claim {
  readonly id: string;
  readonly topic: string;
  /** Absolute path; for programs, never for a record or a page. */
  readonly mdxFile: string;
  /** Absolute path; null only for a claim of kind `attributed`. */
  readonly checkFile: string | null;
  readonly frontmatter: ClaimFrontmatter;
  /** What follows the frontmatter. */
  readonly body: string;
  /** sha256 of each file's content. */
  readonly digests: { readonly claim: string; readonly check: string | null };
}

export interface Catalogue {
  /** Sorted by id. */
  readonly claims: readonly Claim[];
  /** What was left out, and why. */
  readonly problems: readonly Problem[];
  readonly ledger: Ledger;
}

/** A claim may have problems of its own and still be needed to judge others. */
interface Candidate {
  readonly claim: Claim;
  readonly file: string;
}

/**
 * Reads every claim with its check, and the articles' ledgers. Nothing throws for what a file holds: a bad claim is
 * left out and named among the problems, and the others still load.
 * @param options.root the claims folder; the project's own where it is left out
 */
export async function loadCatalogue(options: { readonly root?: string } = {}): Promise<Catalogue> {
  const root = options.root ?? claimsRoot();
  const { ledger, problems: ledgerProblems } = await loadLedger(root);
  const files = await claimFiles(root);
  const problems: Problem[] = [...ledgerProblems, ...orphans(root, files)];
  const candidates: Candidate[] = [];
  for (const id of [...files.claims].sort()) {
    const { claim, problems: found } = await readClaim(root, id, files.checks.has(id));
    problems.push(...found);
    if (claim !== undefined && found.length === 0) candidates.push({ claim, file: displayPath(root, claim.mdxFile) });
  }
  // A link to a claim that is written but broken is no second fault: files.claims, not candidates, says what exists.
  const known = new Set([
    ...files.claims,
    ...[...ledger.values()].flatMap(({ sentences }) => sentences.flatMap(({ claims }) => claims ?? [])),
  ]);
  const all = candidates.map(({ claim }) => claim);
  const sound = candidates.filter(({ claim, file }) => {
    const flaws = [...sourceFlaws(claim, ledger), ...linkFlaws(claim, known), ...twinFlaws(claim, all)];
    problems.push(...flaws.map((flaw) => ({ file, ...flaw })));
    return flaws.length === 0;
  });
  return { claims: sound.map(({ claim }) => claim), problems, ledger };
}

/**
 * One claim by its own files, for a process that needs no other: whether it agrees with the ledger and the other claims
 * is what `loadCatalogue` has found before. Null where there is no such claim or its files have flaws.
 */
export async function loadClaim(id: string): Promise<Claim | null> {
  const root = claimsRoot();
  const has = (kind: string): boolean => existsSync(join(root, `${id}.${kind}`));
  if (!claimIdSchema.safeParse(id).success || !has('mdx')) return null;
  const { claim, problems } = await readClaim(root, id, has('check.ts'));
  return problems.length === 0 ? (claim ?? null) : null;
}

interface ClaimFiles {
  /** Ids of the claim files and of the check files. */
  readonly claims: ReadonlySet<string>;
  readonly checks: ReadonlySet<string>;
  /** Files, relative to the root, that are neither where they lie. */
  readonly strays: readonly string[];
}

async function claimFiles(root: string): Promise<ClaimFiles> {
  const [claims, checks, strays] = [new Set<string>(), new Set<string>(), [] as string[]];
  for (const entry of await readdir(root, { recursive: true })) {
    const path = entry.split(sep).join('/');
    const [, id, kind] = /^(.*?)\.(mdx?|check\.[cm]?[jt]sx?)$/.exec(path) ?? [];
    if (id === undefined || path.startsWith('articles/')) continue;
    const valid = claimIdSchema.safeParse(id).success;
    if (valid && kind === 'mdx') claims.add(id);
    else if (valid && kind === 'check.ts') checks.add(id);
    else strays.push(path);
  }
  return { claims, checks, strays: strays.sort() };
}

function orphans(root: string, { claims, checks, strays }: ClaimFiles): Problem[] {
  return [
    ...strays.map((path) => ({
      file: displayPath(root, join(root, path)),
      message:
        'it is not where or what it must be: claims/<topic>/<claim>.mdx or .check.ts, in lower case with hyphens.',
    })),
    ...[...checks]
      .filter((id) => !claims.has(id))
      .sort()
      .map((id) => ({
        file: displayPath(root, join(root, `${id}.check.ts`)),
        message: `this check has no claim: write ${id.split('/')[1] ?? id}.mdx beside it, or remove it.`,
      })),
  ];
}

async function readClaim(root: string, id: string, hasCheck: boolean): Promise<{ claim?: Claim; problems: Problem[] }> {
  const mdxFile = join(root, `${id}.mdx`);
  const checkFile = hasCheck ? join(root, `${id}.check.ts`) : null;
  const file = displayPath(root, mdxFile);
  const text = await readFile(mdxFile, 'utf8');
  const check = checkFile === null ? null : await readFile(checkFile, 'utf8');
  const { claim: parsed, problems } = parseClaimFile(text, file);
  if (parsed === undefined) return { problems };
  const { frontmatter, body } = parsed;
  const flaws = [
    ...frontmatterFlaws(frontmatter),
    ...bodyFlaws(body),
    ...(check === null ? uncheckedFlaws(frontmatter) : unnamedFlaws(frontmatter, check)),
  ];
  const claim: Claim = {
    id,
    topic: id.split('/')[0] ?? id,
    mdxFile,
    checkFile,
    frontmatter,
    body,
    digests: { claim: contentDigest(text), check: check === null ? null : contentDigest(check) },
  };
  return { claim, problems: [...problems, ...flaws.map((flaw) => ({ file, ...flaw }))] };
}

function uncheckedFlaws({ kind, findings }: ClaimFrontmatter): { field?: string; message: string }[] {
  if (kind !== 'attributed') {
    return [{ message: `a claim of kind ${kind} needs its check: write the .check.ts of the same name beside it.` }];
  }
  return Object.keys(findings).length === 0
    ? []
    : [
        {
          field: 'findings',
          message: 'no check file settles them: write the .check.ts of the same name, or leave them out.',
        },
      ];
}
