import type { Claim } from '../claim/catalogue.ts';
import { comesToAnOutcome, type Circumstances } from '../check/withheld.ts';
import type { Need } from '../claim/claim.ts';

/** Claims that run together, and how: after what is ready, and side by side or one after the other. */
export interface Stage {
  readonly name: (typeof stageNames)[number];
  /** What must be set up before it starts. */
  readonly after: (typeof stageAfter)[keyof typeof stageAfter];
  readonly parallel: boolean;
  readonly claims: readonly Claim[];
}

/** The names in the order of a run. */
export const stageNames = ['needs nothing', 'engine', 'guests', 'quiet'] as const;

/** What must be set up before each. */
export const stageAfter = {
  'needs nothing': 'nothing',
  engine: 'engine',
  guests: 'everything',
  quiet: 'everything',
} as const satisfies Record<Stage['name'], string>;

/** Everything that a claim or one of its findings needs of the machine. */
export function needsOf({ frontmatter }: Claim): ReadonlySet<Need> {
  return new Set([...frontmatter.needs, ...Object.values(frontmatter.findings).flatMap(({ needs }) => needs)]);
}

const slowToSetUp: readonly Need[] = ['guest', 'full-tree', 'acceleration'];
const neverSetUp: readonly Need[] = ['packages', 'root', 'local-host', 'network-namespaces'];

const usesGuest = (claim: Claim): boolean => slowToSetUp.some((need) => needsOf(claim).has(need));
const usesNothing = (claim: Claim): boolean => [...needsOf(claim)].every((need) => neverSetUp.includes(need));

/**
 * The order of a run: what needs no set-up gives the first verdicts while the rest is being set up; then structural
 * claims side by side; then, with set-up over and nothing else running, the quiet ones one after the other. Of those that
 * ask for quiet, only what comes to an outcome gets it.
 * @param circumstances.missing what is known of it so far
 */
export function stagesOf(
  claims: readonly Claim[],
  { missing = {}, profile = 'full' }: Partial<Circumstances> = {},
): Stage[] {
  const checked = claims.filter((claim) => claim.checkFile !== null);
  const isQuiet = ({ frontmatter }: Claim): boolean => {
    const { quiet, findings } = frontmatter;
    if (quiet === false) return false;
    const asks = ([id]: [string, unknown]): boolean => quiet === true || quiet.includes(id);
    const asking = Object.fromEntries(Object.entries(findings).filter(asks));
    return comesToAnOutcome({ frontmatter: { ...frontmatter, findings: asking } }, { profile, missing });
  };
  const quiet = checked.filter(isQuiet);
  const rest = checked.filter((claim) => !isQuiet(claim));
  // That quiet is wasted on a claim shows late, when the earlier stages may be over.
  const guests = rest.filter((claim) => claim.frontmatter.quiet !== false || (!usesNothing(claim) && usesGuest(claim)));
  const early = rest.filter((claim) => !guests.includes(claim));
  const nothing = early.filter(usesNothing);
  const engine = early.filter((claim) => !usesNothing(claim));
  const claimsOf = { 'needs nothing': nothing, engine, guests, quiet };
  return stageNames
    .map((name) => ({ name, after: stageAfter[name], parallel: name !== 'quiet', claims: claimsOf[name] }))
    .filter((stage) => stage.claims.length > 0);
}
