import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LabError } from '../../lab/errors.ts';
import { cacheRoot } from '../../lab/places.ts';

/** What set-up has changed in this system, so that teardown can undo it and nothing else. */
const ledgerSchema = z.strictObject({
  schema: z.literal(1),
  /** Packages that were not installed before, dependencies included. */
  packages: z.array(z.string()),
  /** Links that would have started a newly installed service at the next boot. */
  switchedOff: z.array(z.string()),
});
export type InstallLedger = z.infer<typeof ledgerSchema>;

export const ledgerFile = (root = cacheRoot()): string => join(root, 'installed.json');

/** @throws LabError naming the file where it cannot be understood: guessing what to remove would be worse. */
export async function readInstallLedger(file = ledgerFile()): Promise<InstallLedger> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return { schema: 1, packages: [], switchedOff: [] };
  try {
    return ledgerSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new LabError(
      `${file}, which lists the packages that set-up installed, cannot be read. Remove packages by hand, then delete it.`,
      { cause },
    );
  }
}

/** Adds to what is recorded already. */
export async function recordInstalled(
  news: { readonly packages: readonly string[]; readonly switchedOff: readonly string[] },
  file = ledgerFile(),
): Promise<void> {
  const known = await readInstallLedger(file);
  const union = (a: readonly string[], b: readonly string[]): string[] => [...new Set([...a, ...b])].sort();
  await writeLedger(file, {
    schema: 1,
    packages: union(known.packages, news.packages),
    switchedOff: union(known.switchedOff, news.switchedOff),
  });
}

/** Forgets packages that are gone. */
export async function recordRemoved(packages: readonly string[], file = ledgerFile()): Promise<void> {
  const known = await readInstallLedger(file);
  const left = known.packages.filter((name) => !packages.includes(name));
  if (left.length === 0) await rm(file, { force: true });
  else await writeLedger(file, { ...known, packages: left });
}

async function writeLedger(file: string, ledger: InstallLedger): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(`${file}.new`, `${JSON.stringify(ledger, null, 2)}\n`);
  await rename(`${file}.new`, file);
}
