import { execa } from 'execa';

/** What apt and dpkg know. Nothing here changes anything, and nothing needs root. */
export async function installedPackages(): Promise<ReadonlySet<string>> {
  const { stdout } = await execa('dpkg-query', ['--show', '--showformat', '${db:Status-Status} ${Package}\\n']);
  return new Set(
    stdout
      .split('\n')
      // A package whose triggers are still to run is there all the same (dpkg(1), package states).
      .map((line) => /^(?:installed|triggers-pending|triggers-awaited) (.*)$/.exec(line)?.[1])
      .filter((name) => name !== undefined),
  );
}

/** Those of the names for which apt has a version to install. None of them before the first `apt-get update`. */
export async function offeredPackages(names: readonly string[]): Promise<ReadonlySet<string>> {
  const { stdout } = await execa('apt-cache', ['policy', ...names], { env: { LC_ALL: 'C' } });
  const offered = [...stdout.matchAll(/^(\S+):\n(?: {2}.*\n)*? {2}Candidate: (.*)$/gm)];
  return new Set(offered.filter(([, , version]) => version !== '(none)').map(([, name = '']) => name));
}

/** What apt-get would do, by `apt-get --simulate`. */
export type Simulation =
  | { readonly possible: true; readonly installs: readonly string[]; readonly removes: readonly string[] }
  | { readonly possible: false; readonly because: string };

export async function simulate(words: readonly string[]): Promise<Simulation> {
  const { exitCode, stdout, stderr } = await execa('apt-get', ['--simulate', '--quiet', ...words], {
    env: { LC_ALL: 'C' },
    reject: false,
  });
  if (exitCode !== 0) return { possible: false, because: firstReason(`${stderr}\n${stdout}`) };
  const named = (line: RegExp): readonly string[] => [...stdout.matchAll(line)].map(([, name = '']) => name);
  return { possible: true, installs: named(/^Inst (\S+)/gm), removes: named(/^(?:Remv|Purg) (\S+)/gm) };
}

/** The lines with which apt explains itself: its errors, or the packages that do not fit together. */
function firstReason(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  const unmet = lines.filter((line) => /^\S+ : (Depends|Conflicts|Breaks)/.test(line));
  const errors = lines.filter((line) => line.startsWith('E: ')).map((line) => line.slice(3));
  return [...unmet, ...errors].slice(0, 3).join('; ') || 'apt-get gave no reason';
}
