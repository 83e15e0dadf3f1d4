import type { ClaimFrontmatter, FindingSpec } from './claim.ts';
import { placeholder, unwritten } from './scaffold-text.ts';

/** What is wrong with a claim, beyond its shape. `field` is the dotted path. */
export interface Flaw {
  readonly field: string;
  readonly message: string;
}

/** What a claim's frontmatter alone shows: whether its experiment could ever come out against it. */
export function frontmatterFlaws(claim: ClaimFrontmatter): Flaw[] {
  return [
    ...(claim.statement.includes(placeholder)
      ? [{ field: 'statement', message: "it still is the skeleton's: say what the articles assert, in one sentence." }]
      : []),
    ...(Object.keys(claim.sources).length === 0
      ? [{ field: 'sources', message: 'no article is named; each claim answers at least one sentence.' }]
      : []),
    ...kindFlaws(claim),
    ...quietFlaws(claim),
    ...Object.entries(claim.findings).flatMap(([id, finding]) => oppositionFlaws(id, finding)),
    ...expectedFlaws(claim),
  ];
}

function quietFlaws({ quiet, findings }: ClaimFrontmatter): Flaw[] {
  if (!Array.isArray(quiet)) return [];
  return quiet
    .filter((id) => !(id in findings))
    .map((id) => ({ field: 'quiet', message: `there is no finding "${id}": name those that need a quiet machine.` }));
}

function kindFlaws({ kind, findings }: ClaimFrontmatter): Flaw[] {
  const judged = Object.entries(findings).filter(([, { role }]) => role === 'judged');
  if (kind === 'attributed') {
    return judged.map(([id]) => ({
      field: `findings.${id}.role`,
      message:
        'a claim of kind attributed is not settled by experiment; make the finding supporting or the kind another.',
    }));
  }
  if (Object.keys(findings).length === 0) {
    return [{ field: 'findings', message: `there is none, and a claim of kind ${kind} needs at least one.` }];
  }
  // A documentary statement may be one that no experiment settles: its findings may all be supporting.
  if (kind === 'documented' || judged.length > 0) return [];
  return [
    {
      field: 'findings',
      message: `all are supporting, so nothing decides this claim of kind ${kind}; judge one, or say kind: attributed.`,
    },
  ];
}

/** A standing outcome needs a control that came out the other way, in the same run, with the same instrument. */
function oppositionFlaws(id: string, { role, expect, controls }: FindingSpec): Flaw[] {
  if (role === 'supporting') return [];
  const kinds = new Set(Object.values(controls).map(({ must }) => must));
  const needed =
    expect === 'hold' ? (['fail'] as const) : expect === 'fail' ? (['hold'] as const) : (['hold', 'fail'] as const);
  return needed
    .filter((must) => !kinds.has(must))
    .map((must) => ({
      field: `findings.${id}.controls`,
      message:
        expect === undefined
          ? `without "expect" it needs controls of both kinds, and none must ${must}.`
          : `it is expected to ${expect}, which only a control that must ${must} could oppose; there is none.`,
    }));
}

function expectedFlaws({ kind, expected }: ClaimFrontmatter): Flaw[] {
  const seen = new Set<string>();
  return expected.flatMap(({ on, verdict }, index) => {
    const flaws: Flaw[] = [];
    const key = JSON.stringify(Object.entries(on).sort());
    if (seen.has(key)) {
      flaws.push({
        field: `expected.${String(index)}.on`,
        message: 'another entry has the same machine class; keep one.',
      });
    }
    seen.add(key);
    if (verdict === 'broken') {
      flaws.push({
        field: `expected.${String(index)}.verdict`,
        message: 'broken is a fault of the check, not a verdict to publish.',
      });
    }
    if (kind === 'attributed' && verdict !== 'attributed') {
      flaws.push({
        field: `expected.${String(index)}.verdict`,
        message: `a claim of kind attributed cannot come out ${verdict}.`,
      });
    }
    return flaws;
  });
}

/** Parts of the page that nobody has written yet. */
export function bodyFlaws(body: string): Flaw[] {
  return unwritten(body).map((section) => ({
    field: section,
    message: 'it still has the words of the skeleton; write this part.',
  }));
}

/** Findings and controls that the check never names, so that it could not settle them. */
export function unnamedFlaws(claim: ClaimFrontmatter, check: string): Flaw[] {
  return Object.entries(claim.findings).flatMap(([id, { controls }]) => [
    ...(names(check, id, 'quoted')
      ? []
      : [{ field: `findings.${id}`, message: `the check file never names '${id}'.` }]),
    ...Object.keys(controls)
      .filter((control) => !names(check, control, 'key'))
      .map((control) => ({
        field: `findings.${id}.controls.${control}`,
        message: `the check file never names the control '${control}'.`,
      })),
  ]);
}

/** A control's id is a key of an object, which needs no quotes where it is an identifier. Ids are kebab-case. */
function names(check: string, id: string, how: 'quoted' | 'key'): boolean {
  const quoted = ["'", '"', '`'].some((quote) => check.includes(quote + id + quote));
  return quoted || (how === 'key' && new RegExp(`(?<![\\w$.'"\`-])${id}\\s*[:,}(]`).test(check));
}
