import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { execa } from 'execa';

export interface BuiltSite extends AsyncDisposable {
  readonly folder: string;
  /** The path under which it is served, with slashes at both ends. */
  readonly base: string;
  /** Every file below it, sorted, with slashes. */
  readonly files: readonly string[];
  /** What the build printed. */
  readonly log: string;
  readonly read: (file: string) => Promise<string>;
  readonly bytes: (file: string) => Promise<Buffer>;
}

/** The test runner's own variables, taken away: `BASE_URL` among them would overrule the base path of the site. */
function withoutTestRunner(): Record<string, undefined> {
  const names = ['BASE_URL', 'DEV', 'MODE', 'NODE_ENV', 'PROD', 'SSR', 'TEST', 'VITEST'];
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

export interface BuildOptions {
  /** A folder of claims in place of the project's. */
  readonly claims?: string;
  /** A folder of records; without one there are none. */
  readonly records?: string;
  readonly base?: string;
}

/** Builds the site as it is published, into a folder that goes with the value. */
export async function buildSite({ claims, records, base }: BuildOptions = {}): Promise<BuiltSite> {
  const folder = await mkdtemp(join(tmpdir(), 'bare-claims-site-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const { all } = await execa('astro', ['build'], {
    preferLocal: true,
    all: true,
    env: {
      ...withoutTestRunner(),
      // A day that no test waits for, so that no page depends on when it was built.
      SOURCE_DATE_EPOCH: '1795000000',
      ASTRO_TELEMETRY_DISABLED: '1',
      SITE_OUT: join(folder, 'dist'),
      SITE_CACHE: join(folder, 'cache'),
      BARE_CLAIMS_RECORDS: records ?? join(folder, 'no-records'),
      ...(claims === undefined ? {} : { BARE_CLAIMS_CLAIMS: claims }),
      ...(base === undefined ? {} : { SITE_BASE: base }),
    },
  }).catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  const dist = join(folder, 'dist');
  const entries = await readdir(dist, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dist, join(entry.parentPath, entry.name)))
    .sort();
  return {
    folder: dist,
    base: base === undefined ? '/' : `${base}/`,
    files,
    log: all,
    read: (file) => readFile(join(dist, file), 'utf8'),
    bytes: (file) => readFile(join(dist, file)),
    [Symbol.asyncDispose]: remove,
  };
}
