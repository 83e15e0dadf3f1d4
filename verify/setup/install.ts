import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { discoverEngine } from '../lab/engine/discover.ts';
import { findBinary } from '../lab/engine/private-needs.ts';
import { aptHasLists, installWithApt, update } from './apt/install.ts';
import { distributionOf, installLine, type Distribution } from './distribution.ts';
import { missingParts, packageNames, systemParts, type Part, type Purpose } from './parts.ts';

/** What may be done about missing packages, decided before anything is installed. */
export type PackagePlan =
  | { readonly kind: 'complete' }
  | { readonly kind: 'install'; readonly parts: readonly Part[]; readonly lists: boolean }
  /** Nothing will be installed; `advice` is for the reader, with the line that would mend it. */
  | { readonly kind: 'leave'; readonly parts: readonly Part[]; readonly advice: string };

export interface Situation {
  readonly distribution: Distribution;
  readonly missing: readonly Part[];
  /** False: apt has never fetched its lists, from which guests' kernels are taken too. */
  readonly lists: boolean;
  readonly root: boolean;
  /** What the user has said beforehand (`yes`), or says when asked; null where nobody can be asked. */
  readonly consent: boolean | null;
}

/** Packages are installed with root's rights and the user's consent, on Debian and Ubuntu; else never. Pure. */
export function planPackages({ distribution, missing, lists, root, consent }: Situation): PackagePlan {
  const apt = distribution.family === 'debian';
  if (missing.length === 0 && (lists || !apt)) return { kind: 'complete' };
  const line = adviceLine(distribution, missing);
  const leave = (why: string): PackagePlan => ({ kind: 'leave', parts: missing, advice: `${why} ${line}` });
  const names = missing.length === 0 ? 'the lists of apt' : missing.map(({ id }) => id).join(', ');
  if (!apt) {
    return leave(`Missing here: ${names}. Packages are installed for you on Debian and Ubuntu only.`);
  }
  if (!root) return leave(`Missing here: ${names}. Installing needs root.`);
  if (consent === null) return leave(`Missing here: ${names}. To have it installed without being asked: --yes.`);
  if (!consent) return leave(`Missing here, and left so: ${names}.`);
  return { kind: 'install', parts: missing, lists };
}

/** The one line that installs these parts: first names of their choices. */
function adviceLine({ family }: Distribution, parts: readonly Part[]): string {
  if (parts.length === 0) return 'sudo apt-get update';
  return installLine(family, packageNames(family, parts));
}

export interface PackageOptions {
  /** What the packages are wanted for. */
  readonly purposes: ReadonlySet<Purpose>;
  /** The user agreed beforehand: `--yes` or CI=true. */
  readonly yes: boolean;
}

/** Looks at what this machine lacks for these purposes and, on a terminal, asks. Installs nothing yet. */
export async function decidePackages({ purposes, yes }: PackageOptions): Promise<PackagePlan> {
  const distribution = await thisDistribution();
  const missing = await missingFor(purposes);
  const debian = distribution.family === 'debian';
  const lists = !debian || missing.length > 0 || !purposes.has('guest') || (await aptHasLists());
  const root = process.getuid?.() === 0;
  const situation = { distribution, missing, lists, root };
  const asked = planPackages({ ...situation, consent: yes ? true : null });
  const canAsk = debian && root && process.stdin.isTTY && process.stderr.isTTY;
  if (yes || asked.kind !== 'leave' || !canAsk) return asked;
  return planPackages({ ...situation, consent: await agrees(distribution, missing) });
}

async function agrees(distribution: Distribution, missing: readonly Part[]): Promise<boolean> {
  const lines = missing.map(({ id, use }) => `  ${id}: ${use}`);
  process.stderr.write(`Missing here:\n${lines.join('\n')}\n`);
  process.stderr.write(`They come from ${distribution.name}: ${packageNames('debian', missing).join(' ')}\n`);
  process.stderr.write(
    'No service will be started, now or at the next boot; npm run teardown -- --packages undoes it.\n',
  );
  using terminal = createInterface({ input: process.stdin, output: process.stderr });
  const controller = new AbortController();
  terminal.on('close', () => {
    controller.abort();
  });
  try {
    const answer = await terminal.question('Install them? [Y/n] ', { signal: controller.signal });
    return /^(y(es)?)?$/i.test(answer.trim());
  } catch {
    // The terminal was closed: Ctrl-D is no consent.
    return false;
  }
}

/** Carries a plan out. Returns sentences for the reader: what was installed, what was not and why. */
export async function carryOut(plan: PackagePlan): Promise<readonly string[]> {
  if (plan.kind === 'complete') return [];
  if (plan.kind === 'leave') return [plan.advice];
  if (plan.parts.length === 0) {
    return (await update())
      ? []
      : ['apt-get update failed; its messages are above. What needs packages cannot be run.'];
  }
  const { installed, refused, switchedOff } = await installWithApt(
    plan.parts.flatMap(({ packages }) => packages.debian),
  );
  return [
    ...(installed.length === 0 ? [] : [`Installed ${String(installed.length)} packages; no service was started.`]),
    ...(switchedOff.length === 0 ? [] : ['They will not start at the next boot either.']),
    ...refused.map(({ name, because }) => `The package ${name} was not installed: ${because}.`),
  ];
}

export async function thisDistribution(): Promise<Distribution> {
  return distributionOf(await readFile('/etc/os-release', 'utf8').catch(() => ''));
}

/** Parts that these purposes want and this machine lacks. A container engine that answers needs no second one beside it. */
async function missingFor(purposes: ReadonlySet<Purpose>): Promise<readonly Part[]> {
  const wanted = systemParts(process.arch).filter(({ serves }) => serves.some((purpose) => purposes.has(purpose)));
  const missing = missingParts(wanted, (program) => findBinary(program) !== null);
  if (!missing.some(({ id }) => id === 'engine')) return missing;
  const { engine } = await discoverEngine('set-up');
  return engine === null ? missing : missing.filter(({ id }) => id !== 'engine');
}
