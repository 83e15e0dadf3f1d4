import { installedPackages, simulate } from './query.ts';
import { withoutStarting } from './guard.ts';
import { readInstallLedger, recordRemoved } from './ledger.ts';

export interface RemovalPlan {
  readonly remove: readonly string[];
  /** What stays although set-up installed it, each with the reason. */
  readonly keep: readonly { readonly name: string; readonly because: string }[];
}

/**
 * What set-up installed and nothing else needs. A package stays where its removal would take along one that set-up did
 * not install, or where `inUse` gives a reason.
 */
export async function planRemoval(inUse: (name: string) => string | null): Promise<RemovalPlan> {
  const present = await installedPackages();
  const ours = (await readInstallLedger()).packages.filter((name) => present.has(name));
  const keep = new Map<string, string>();
  for (const name of ours) {
    const reason = inUse(name);
    if (reason !== null) keep.set(name, reason);
  }
  // Whatever stays needs its own dependencies, and so on: until nothing more has to stay.
  for (;;) {
    const candidates = ours.filter((name) => !keep.has(name));
    const found = await entangled(candidates, ours);
    if (found.size === 0) break;
    for (const [name, reason] of found) keep.set(name, reason);
  }
  return {
    remove: ours.filter((name) => !keep.has(name)),
    keep: [...keep].map(([name, because]) => ({ name, because })),
  };
}

async function entangled(candidates: readonly string[], ours: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  if (candidates.length === 0) return found;
  const outsideOf = async (names: readonly string[]): Promise<string | undefined> => {
    const simulated = await simulate(['purge', ...names]);
    if (!simulated.possible) return simulated.because;
    return simulated.removes.find((name) => !candidates.includes(name));
  };
  if ((await outsideOf(candidates)) === undefined) return found;
  for (const name of candidates) {
    const other = await outsideOf([name]);
    if (other === undefined) continue;
    found.set(name, ours.includes(other) ? `${other} stays and needs it` : `${other}, which is not ours, needs it`);
  }
  return found;
}

/** Removes packages with their configuration; starts and stops no service. Returns what is gone. */
export async function removeWithApt(names: readonly string[]): Promise<readonly string[]> {
  if (names.length === 0) return [];
  await withoutStarting([
    'apt-get',
    '-qq',
    '-o',
    'DPkg::Lock::Timeout=300',
    '-o',
    'Dpkg::Use-Pty=0',
    'purge',
    '--yes',
    ...names,
  ]);
  const present = await installedPackages();
  const gone = names.filter((name) => !present.has(name));
  await recordRemoved(gone);
  return gone;
}
