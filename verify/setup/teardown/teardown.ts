import { rmdir } from 'node:fs/promises';
import { discoverEngine } from '../../lab/engine/discover.ts';
import { runsRoot } from '../../lab/places.ts';
import { acquireRun } from '../../lab/reaper/acquire-run.ts';
import { reap } from '../../lab/reaper/reap.ts';
import { commandLine } from '../../claim/command-line.ts';
import { newRunId } from '../../record/run-id.ts';
import { localRuns } from '../../run/places.ts';
import { readableBytes } from './bytes.ts';
import { cachedFiles } from './cached-files.ts';
import { cachedImages } from './cached-images.ts';
import { installedBySetup } from './installed-packages.ts';
import { folder, type Removal } from './removal.ts';

const usage = `npm run teardown -- [--records] [--packages] [--dry-run] [--yes]

  --records   also the records of runs on this machine (runs/local)
  --packages  also the system packages that set-up installed, and no others
  --dry-run   say what would be removed, and remove nothing
  --yes       use sudo without asking`;

/** `npm run teardown`: removes what set-up and runs left, and says what and how much. Returns the exit status. */
export async function teardown(args: readonly string[]): Promise<number> {
  const { records, packages, dryRun } = parse(args);
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const { engine } = await discoverEngine('teardown');
  const list = async (): Promise<readonly Removal[]> => [
    ...(engine === null ? [] : await cachedImages(engine.docker)),
    // Before the files: the list of what was installed lies among them.
    ...(packages ? await installedBySetup(say) : []),
    ...(await cachedFiles({ keepInstallLedger: !packages, say })),
    ...(records ? [folder(localRuns(), 'records of runs on this machine')] : []),
  ];
  if (dryRun) return tell(await list(), say);
  {
    // Whoever holds this lock is the only run on the machine.
    await using _ = await acquireRun({ runId: newRunId(new Date()) });
    const { removed, failed } = await reap({ engine });
    for (const what of removed) say(`removed: ${what}, left by a run that died`);
    for (const what of failed) say(`could not be removed: ${what}`);
  }
  const status = await removeAll(await list(), say);
  // Empty now, unless another user's run is under way.
  await rmdir(runsRoot()).catch(() => undefined);
  return status;
}

function parse(args: readonly string[]): {
  readonly records: boolean;
  readonly packages: boolean;
  readonly dryRun: boolean;
} {
  const boolean = { type: 'boolean' } as const;
  const { values } = commandLine(args, usage, {
    options: { records: boolean, packages: boolean, 'dry-run': boolean, yes: boolean },
  });
  const { records = false, packages = false, 'dry-run': dryRun = false } = values;
  return { records, packages, dryRun };
}

async function tell(removals: readonly Removal[], say: (line: string) => void): Promise<number> {
  let total = 0;
  for (const { what, size } of removals) {
    const bytes = await size();
    if (bytes === 0) continue;
    total += bytes;
    say(`would remove: ${what} (${readableBytes(bytes)})`);
  }
  say(`${readableBytes(total)} would be freed.`);
  return 0;
}

async function removeAll(removals: readonly Removal[], say: (line: string) => void): Promise<number> {
  let total = 0;
  let status = 0;
  for (const { what, size, remove } of removals) {
    const bytes = await size();
    if (bytes === 0) continue;
    try {
      await remove();
      total += bytes;
      say(`removed: ${what} (${readableBytes(bytes)})`);
    } catch (error) {
      status = 2;
      say(`could not be removed: ${what}. ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  say(`${readableBytes(total)} freed.`);
  return status;
}
