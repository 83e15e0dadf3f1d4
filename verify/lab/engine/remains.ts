import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { removeTraces } from './host-traces.ts';
import { containerdStateOf, netnsPath, type EngineLayout } from './layout.ts';
import { removeGroup } from '../cgroup/hierarchy.ts';
import { unmountBelow } from '../host/mounts.ts';
import { endProcesses, identityOf, listProcesses } from '../host/process.ts';
import { LabError } from '../errors.ts';
import { ours, ownName } from '../places.ts';

/**
 * Removes all that a private engine leaves, whether it was stopped or died: daemons, shims, containers' processes,
 * control groups, mounts, namespace, sockets, data (unless kept). Returns what there was, for the reaper's report.
 */
export async function removeEngineRemains(layout: EngineLayout): Promise<string[]> {
  const removed: string[] = [];
  // The layout was read from a file: what it names must be ours before anything of it goes.
  const data = ours(layout.data);
  ours(layout.folder);
  if (!layout.netns.startsWith(`${ownName}-`)) throw new LabError(`Refused to touch the namespace ${layout.netns}.`);
  // Daemons and shims carry a path below the engine's folder among their arguments.
  const found = listProcesses().filter(
    ({ pid, argv }) => pid !== process.pid && argv.some((word) => word.includes(`${layout.folder}/`)),
  );
  removed.push(...found.map(({ pid, argv }) => `process ${String(pid)} (${argv[0] ?? ''})`));
  await endProcesses(
    found.map(({ pid }) => identityOf(pid)),
    0,
  );
  removed.push(...(await removeGroup(layout.cgroup)).map((folder) => `control group ${folder}`));
  const sockets = shimSockets(layout);
  removed.push(...(await unmountBelow(layout.folder)).map((point) => `mount ${point}`));
  removed.push(...(await unmountBelow(data)).map((point) => `mount ${point}`));
  removed.push(...(await removeNetns(layout)));
  for (const path of [...sockets, ...folders(layout), ...(layout.dataIsKept ? [] : [data])]) {
    if (!existsSync(path)) continue;
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
    removed.push(path);
  }
  removed.push(...removeTraces(layout.absentBefore));
  return removed;
}

/** The engine's folder and, where users are remapped, its twin: containerd suffixes paths with the mapped ids. */
function folders({ folder }: EngineLayout): string[] {
  const twins = childrenOf(dirname(folder)).filter((name) => name.startsWith(`${basename(folder)}.`));
  return [folder, ...twins.map((name) => join(dirname(folder), name))];
}

/** Sockets of shims lie in a folder common to all of a machine's containerds (runtime v2); bundles name theirs. */
function shimSockets(layout: EngineLayout): string[] {
  const bundles = join(containerdStateOf(layout), 'io.containerd.runtime.v2.task');
  return childrenOf(bundles).flatMap((namespace) =>
    childrenOf(join(bundles, namespace)).flatMap((id) => {
      try {
        const address = readFileSync(join(bundles, namespace, id, 'address'), 'utf8');
        return address.startsWith('unix:///run/containerd/s/') ? [address.replace('unix://', '')] : [];
      } catch {
        return [];
      }
    }),
  );
}

function childrenOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

async function removeNetns(layout: EngineLayout): Promise<string[]> {
  if (!existsSync(netnsPath(layout))) return [];
  await execa('ip', ['netns', 'delete', layout.netns], { reject: false });
  return [`network namespace ${layout.netns}`];
}
