import { existsSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Remain } from './remain.ts';
import { isRunId, runIdIn } from './remain.ts';
import { hierarchies, removeGroup } from '../cgroup/hierarchy.ts';
import { engineLayoutSchema, layoutFile } from '../engine/layout.ts';
import { removeEngineRemains } from '../engine/remains.ts';
import { unmountBelow } from '../host/mounts.ts';
import { endProcesses, identityOf, listProcesses, processIds, withAncestors } from '../host/process.ts';
import { forgetOwner } from '../host/run-owner.ts';
import { runVariable } from '../host/subject.ts';
import { removeNamespace } from '../network/namespace.ts';
import { ownName, runsRoot, scratchesRoot } from '../places.ts';

/** All that any run has on this machine outside shared engines, in the order in which it can be removed. */
export function machineRemains(): Remain[] {
  return [...guests(), ...markedProcesses(), ...engines(), ...namespaces(), ...groups(), ...folders()];
}

function endNow(pid: number): Promise<void> {
  return endProcesses([identityOf(pid)], 0);
}

/** Every guest's QEMU is named `bare-claims-<run id>-<n>`. */
function guests(): Remain[] {
  return listProcesses().flatMap(({ pid, argv }) => {
    const name = argv.find((word) => word.startsWith(`${ownName}-`));
    const runId =
      name === undefined || !argv.some((word) => basename(word).startsWith('qemu-system')) ? null : runIdIn(name);
    return runId === null ? [] : [{ runId, what: `guest, process ${String(pid)}`, remove: () => endNow(pid) }];
  });
}

/** Commands that the lab ran on the host, and what they started: marked in their environment. */
function markedProcesses(): Remain[] {
  const own = withAncestors(process.pid);
  return processIds().flatMap((pid) => {
    if (own.includes(pid)) return [];
    const runId = markOf(pid);
    return runId === null ? [] : [{ runId, what: `process ${String(pid)}`, remove: () => endNow(pid) }];
  });
}

function markOf(pid: number): string | null {
  try {
    const environment = readFileSync(`/proc/${String(pid)}/environ`, 'latin1').split('\0');
    const mark = environment.find((entry) => entry.startsWith(`${runVariable}=`));
    return mark === undefined ? null : runIdIn(mark);
  } catch {
    // Another user's, or it has just ended.
    return null;
  }
}

/** Folders of private engines say in `engine.json` what belongs to them. */
function engines(): Remain[] {
  return childrenOf(runsRoot()).flatMap((runId) =>
    childrenOf(join(runsRoot(), runId)).flatMap((name) => {
      const file = layoutFile(join(runsRoot(), runId, name));
      if (!isRunId(runId) || !existsSync(file)) return [];
      const layout = engineLayoutSchema.safeParse(readJson(file));
      if (!layout.success) return [];
      return [
        {
          runId,
          what: `private engine ${name}`,
          remove: async () => {
            await removeEngineRemains(layout.data);
          },
        },
      ];
    }),
  );
}

function namespaces(): Remain[] {
  return childrenOf('/run/netns').flatMap((name) => {
    const runId = name.startsWith(`${ownName}-`) ? runIdIn(name) : null;
    return runId === null ? [] : [{ runId, what: `network namespace ${name}`, remove: () => removeNamespace(name) }];
  });
}

/** A run's folder is there before its groups; without one, only a group of this moment can be somebody's. */
const aMomentMs = 600_000;

function groups(): Remain[] {
  const madeAt = new Map<string, number>();
  for (const parent of hierarchies().map(({ path }) => join(path, ownName))) {
    for (const runId of childrenOf(parent).filter(isRunId)) {
      const { ctimeMs = Date.now() } = statSync(join(parent, runId), { throwIfNoEntry: false }) ?? {};
      madeAt.set(runId, Math.max(ctimeMs, madeAt.get(runId) ?? 0));
    }
  }
  return [...madeAt].map(([runId, at]) => ({
    runId,
    what: `control group ${ownName}/${runId}`,
    ownerless: Date.now() - at > aMomentMs,
    remove: async () => {
      await removeGroup(`${ownName}/${runId}`);
    },
  }));
}

function folders(): Remain[] {
  const below = (parent: string, what: string): Remain[] =>
    childrenOf(parent)
      .filter(isRunId)
      .map((runId) => ({
        runId,
        what: `${what} folder of ${runId}`,
        remove: async () => {
          await unmountBelow(join(parent, runId));
          rmSync(join(parent, runId), { recursive: true, force: true, maxRetries: 3 });
        },
      }));
  const runs = below(runsRoot(), 'run').map((remain) => ({
    ...remain,
    isOwnersFolder: true,
    remove: async () => {
      await remain.remove();
      forgetOwner(remain.runId);
    },
  }));
  const scratches = below(scratchesRoot(), 'scratch').map((remain) => ({ ...remain, ownerless: true }));
  return [...scratches, ...runs];
}

function childrenOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
