import { existsSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findBinary } from '../lab/engine/private-needs.ts';
import { installWithApt } from '../setup/apt/install.ts';
import { readInstallLedger, recordInstalled } from '../setup/apt/ledger.ts';
import { installedPackages } from '../setup/apt/query.ts';
import { planRemoval, removeWithApt } from '../setup/apt/remove.ts';

/** A small package that brings a service which Debian starts at once and at every boot. */
const name = 'at';
const service = /\b(atd?|atd\.service)$/;
const policy = '/usr/sbin/policy-rc.d';

const here =
  process.getuid?.() === 0 &&
  findBinary('apt-get') !== null &&
  // Packages come and go for real: on machines that are made for it.
  process.env['CI'] === 'true' &&
  !(await installedPackages()).has(name);

const links = (): readonly string[] =>
  ['/etc/systemd/system/multi-user.target.wants', ...[2, 3, 4, 5].map((level) => `/etc/rc${String(level)}.d`)]
    .flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : []))
    .filter((link) => service.test(link.replace(/^S\d\d/, '')) && !link.startsWith('K'));
const running = async (): Promise<boolean> => (await execa('pgrep', ['-x', 'atd'], { reject: false })).exitCode === 0;
const policyIdentity = (): number | null => (existsSync(policy) ? lstatSync(policy).ino : null);

describe.runIf(here)('a package with a service, installed for real', () => {
  const chosen = process.env['BARE_CLAIMS_CACHE'];
  let cache = '';

  beforeAll(() => {
    cache = mkdtempSync(join(tmpdir(), 'bare-claims-install-'));
    process.env['BARE_CLAIMS_CACHE'] = cache;
  });

  afterAll(async () => {
    await removeWithApt([name].filter((own) => existsSync(`/var/lib/dpkg/info/${own}.list`)));
    if (chosen === undefined) delete process.env['BARE_CLAIMS_CACHE'];
    else process.env['BARE_CLAIMS_CACHE'] = chosen;
    rmSync(cache, { recursive: true, force: true });
  });

  test('is there and recorded, and its service neither runs nor will run at the next boot', async () => {
    const before = policyIdentity();
    const { installed, refused } = await installWithApt([['no-such-package-anywhere', name], ['no-such-package']]);
    expect(installed).toContain(name);
    expect(refused).toEqual([{ name: 'no-such-package', because: 'this distribution offers no such package' }]);
    expect(await running()).toBe(false);
    expect(links()).toEqual([]);
    expect(policyIdentity()).toBe(before);
    expect((await readInstallLedger()).packages).toEqual(installed);
  });

  test('goes again with all that came with it, and nothing else does', async () => {
    const present = await installedPackages();
    const { packages } = await readInstallLedger();
    const { remove, keep } = await planRemoval(() => null);
    expect([...remove].sort()).toEqual([...packages].sort());
    expect(keep).toEqual([]);
    expect(await removeWithApt(remove)).toEqual(remove);
    const after = await installedPackages();
    expect([...present].filter((other) => !after.has(other)).sort()).toEqual([...packages].sort());
    expect((await readInstallLedger()).packages).toEqual([]);
  });
});

describe.runIf(here)('removal', () => {
  test('keeps what a package of somebody else needs, and says which', async () => {
    const cache = mkdtempSync(join(tmpdir(), 'bare-claims-install-'));
    const chosen = process.env['BARE_CLAIMS_CACHE'];
    process.env['BARE_CLAIMS_CACHE'] = cache;
    try {
      // As if set-up had brought a library on which dpkg itself rests.
      await recordInstalled({ packages: ['libzstd1'], switchedOff: [] });
      const { remove, keep } = await planRemoval(() => null);
      expect(remove).toEqual([]);
      expect(keep.map((kept) => kept.name)).toEqual(['libzstd1']);
    } finally {
      if (chosen === undefined) delete process.env['BARE_CLAIMS_CACHE'];
      else process.env['BARE_CLAIMS_CACHE'] = chosen;
      rmSync(cache, { recursive: true, force: true });
    }
  });
});
