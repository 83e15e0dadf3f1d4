import type { Claim } from '../claim/catalogue.ts';
import { comesToAnOutcome, type Circumstances } from '../check/withheld.ts';
import type { Need } from '../claim/claim.ts';
import { lanes } from './lanes.ts';

/** Claims that run together, and how: after what is ready, and side by side or one after the other. */
export interface Stage {
  readonly name: (typeof stageNames)[number];
  /** What must be set up before it starts. */
  readonly after: (typeof stageAfter)[keyof typeof stageAfter];
  /** How many of its checks run side by side. */
  readonly atOnce: number;
  readonly claims: readonly Claim[];
}

/** The names in the order of a run. */
export const stageNames = ['needs nothing', 'engine', 'guests', 'calm', 'quiet'] as const;

/** What must be set up before each. */
export const stageAfter = {
  'needs nothing': 'nothing',
  engine: 'engine',
  guests: 'everything',
  calm: 'everything',
  quiet: 'everything',
} as const satisfies Record<Stage['name'], string>;

/** How many checks of each run side by side. */
const stageLanes = {
  'needs nothing': lanes.crowded,
  engine: lanes.crowded,
  guests: lanes.crowded,
  calm: lanes.calm,
  quiet: lanes.quiet,
} as const satisfies Record<Stage['name'], number>;

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
 * claims side by side; then, with set-up over, those that ask for a calm machine, and at last, with nothing else running,
 * the quiet ones one after the other. Of those that ask for either, only what comes to an outcome gets it.
 * @param circumstances.missing what is known of it so far
 */
export function stagesOf(
  claims: readonly Claim[],
  { missing = {}, profile = 'full' }: Partial<Circumstances> = {},
): Stage[] {
  const checked = claims.filter((claim) => claim.checkFile !== null);
  const getsWhatItAsks = ({ frontmatter }: Claim): boolean => {
    const { quiet, findings } = frontmatter;
    if (quiet === false) return false;
    const asks = ([id]: [string, unknown]): boolean => !Array.isArray(quiet) || quiet.includes(id);
    const asking = Object.fromEntries(Object.entries(findings).filter(asks));
    return comesToAnOutcome({ frontmatter: { ...frontmatter, findings: asking } }, { profile, missing });
  };
  const asking = checked.filter(getsWhatItAsks);
  const calm = asking.filter(({ frontmatter }) => frontmatter.quiet === 'calm');
  const quiet = asking.filter((claim) => !calm.includes(claim));
  const rest = checked.filter((claim) => !asking.includes(claim));
  // That quiet is wasted on a claim shows late, when the earlier stages may be over.
  const guests = rest.filter((claim) => claim.frontmatter.quiet !== false || (!usesNothing(claim) && usesGuest(claim)));
  const early = rest.filter((claim) => !guests.includes(claim));
  const nothing = early.filter(usesNothing);
  const engine = early.filter((claim) => !usesNothing(claim));
  const claimsOf = { 'needs nothing': nothing, engine, guests, calm, quiet };
  return stageNames
    .map((name) => ({ name, after: stageAfter[name], atOnce: stageLanes[name], claims: claimsOf[name] }))
    .filter((stage) => stage.claims.length > 0);
}
