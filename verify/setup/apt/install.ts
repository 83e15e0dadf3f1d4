import { execa } from 'execa';
import { installedPackages, offeredPackages, simulate } from './query.ts';
import { quietEnvironment, withoutStarting } from './guard.ts';
import { recordInstalled } from './ledger.ts';

export interface Installation {
  /** What is new on this machine, dependencies included. */
  readonly installed: readonly string[];
  /** What was asked for and is not there, each with the reason. */
  readonly refused: readonly { readonly name: string; readonly because: string }[];
  readonly switchedOff: readonly string[];
}

// Another package manager may be at work: wait for it instead of failing.
const patience = ['-qq', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3', '-o', 'Dpkg::Use-Pty=0'];
const install = ['install', '--yes', '--no-install-recommends', '--no-remove'];

/**
 * Installs packages of Debian or Ubuntu, as root. Starts no service, removes no package, asks nothing; packages that do
 * not fit this machine are refused one by one and the others installed all the same.
 * @param wanted each a choice of names, the first that apt offers
 */
export async function installWithApt(wanted: readonly (readonly string[])[]): Promise<Installation> {
  let choice = await choose(wanted);
  if (choice.refused.length > 0 && (await update())) choice = await choose(wanted);
  const fitting = await fittingPackages(choice.names);
  const refused = [...choice.refused, ...fitting.refused];
  if (fitting.names.length === 0) return { installed: [], refused, switchedOff: [] };
  const before = await installedPackages();
  const planned = await simulate([...install, ...fitting.names]);
  // What this installation brings, and not all that is new: somebody else may be installing at the same time.
  const brings = (planned.possible ? planned.installs : fitting.names).filter((name) => !before.has(name));
  let failure = await download(fitting.names);
  // Lists that are too old name files that the archive no longer has.
  if (failure !== null && (await update())) failure = await download(fitting.names);
  if (failure !== null) {
    const because = `its download failed: ${failure}`;
    return {
      installed: [],
      refused: [...refused, ...fitting.names.map((name) => ({ name, because }))],
      switchedOff: [],
    };
  }
  // Noted beforehand too: whoever kills this process does not stop apt-get, and teardown must still know.
  await recordInstalled({ packages: brings, switchedOff: [] });
  const { exitCode, switchedOff } = await withoutStarting(['apt-get', ...patience, ...install, ...fitting.names]);
  const after = await installedPackages();
  const installed = brings.filter((name) => after.has(name)).sort();
  await recordInstalled({ packages: installed, switchedOff });
  const absent = fitting.names.filter((name) => !after.has(name));
  const because = `apt-get ended with status ${String(exitCode)}; its messages are above`;
  return { installed, refused: [...refused, ...absent.map((name) => ({ name, because }))], switchedOff };
}

/** Whether apt has fetched lists of packages at all. */
export async function aptHasLists(): Promise<boolean> {
  const { stdout } = await execa('apt-get', ['indextargets', '--format', '$(CREATED_BY)', 'Created-By: Packages']);
  return stdout !== '';
}

/** Fetches the lists of packages; false where that failed. */
export async function update(): Promise<boolean> {
  const { exitCode } = await execa('apt-get', [...patience, 'update'], {
    env: quietEnvironment,
    stdio: ['ignore', process.stderr, process.stderr],
    reject: false,
  });
  return exitCode === 0;
}

interface Choice {
  readonly names: readonly string[];
  readonly refused: Installation['refused'];
}

async function choose(wanted: readonly (readonly string[])[]): Promise<Choice> {
  const offered = await offeredPackages(wanted.flat());
  const chosen = wanted.map((names) => names.find((name) => offered.has(name)));
  const without = wanted.filter((_, index) => chosen[index] === undefined);
  return {
    names: [...new Set(chosen.filter((name) => name !== undefined))],
    refused: without.map((names) => ({
      name: names.join(' or '),
      because: 'this distribution offers no such package',
    })),
  };
}

/** Leaves out what would remove or contradict a package that is installed already. */
async function fittingPackages(names: readonly string[]): Promise<Choice> {
  if (names.length === 0 || (await simulate([...install, ...names])).possible) return { names, refused: [] };
  const fitting: string[] = [];
  const refused: { name: string; because: string }[] = [];
  for (const name of names) {
    const alone = await simulate([...install, ...fitting, name]);
    if (alone.possible) fitting.push(name);
    else refused.push({ name, because: alone.because });
  }
  return { names: fitting, refused };
}

/** Fetches packages, which may be interrupted; null where all are there, else the reason. */
async function download(names: readonly string[]): Promise<string | null> {
  const { exitCode, stderr } = await execa('apt-get', [...patience, ...install, '--download-only', ...names], {
    env: quietEnvironment,
    stdio: ['ignore', process.stderr, ['pipe', process.stderr]],
    reject: false,
  });
  if (exitCode === 0) return null;
  return /^E: (.*)$/m.exec(stderr)?.[1] ?? `apt-get ended with status ${String(exitCode)}`;
}
