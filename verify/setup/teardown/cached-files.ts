import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { cacheRoot } from '../../lab/places.ts';
import { ledgerFile } from '../apt/ledger.ts';
import { folder, type Removal } from './removal.ts';

/** What set-up and runs keep in a cache, by name. */
const entries: Readonly<Record<string, string>> = {
  apt: 'answers of apt',
  documents: 'documents that claims cite',
  engine: "the private engine's images",
  guests: 'disks of guests',
  kernels: 'kernels of guests',
  scratch: 'scratch of runs',
  templates: 'booted guests',
  trees: 'file trees',
  'accelerator.json': 'what the acceleration probe found',
  'installed.json': 'the list of packages that set-up installed',
};

export interface CachedFilesOptions {
  /** Packages stay, and so does the list by which a later teardown will find them. */
  readonly keepInstallLedger: boolean;
  readonly say: (line: string) => void;
}

/** The caches of this user and, under sudo, of the user who called it. */
export async function cachedFiles(options: CachedFilesOptions): Promise<readonly Removal[]> {
  const roots = [cacheRoot(), ...(await callersCache())];
  return (await Promise.all([...new Set(roots)].map((root) => filesOf(root, options)))).flat();
}

async function filesOf(root: string, { keepInstallLedger, say }: CachedFilesOptions): Promise<readonly Removal[]> {
  const names = await readdir(root).catch(() => []);
  const wanted = names.filter((name) => !(keepInstallLedger && join(root, name) === ledgerFile(root)));
  // A folder of our name holds nothing but ours. One that BARE_CLAIMS_CACHE names may hold more.
  const foreign = basename(root) === 'bare-claims' ? [] : wanted.filter((name) => !Object.hasOwn(entries, name));
  for (const name of foreign) say(`left alone: ${join(root, name)}, which is not known to be ours`);
  const ours = wanted.filter((name) => !foreign.includes(name));
  return ours.map((name) => folder(join(root, name), entries[name] ?? 'cache'));
}

async function callersCache(): Promise<readonly string[]> {
  const caller = process.env['SUDO_USER'];
  if (process.getuid?.() !== 0 || caller === undefined || (process.env['BARE_CLAIMS_CACHE'] ?? '') !== '') return [];
  const { stdout } = await execa('getent', ['passwd', caller], { reject: false });
  const home = stdout.split(':')[5];
  return home === undefined || home === '' ? [] : [join(home, '.cache', 'bare-claims')];
}
