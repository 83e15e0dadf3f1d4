import { readdir } from 'node:fs/promises';
import { execa } from 'execa';
import { discoverEngine } from '../../lab/engine/discover.ts';
import { thisDistribution } from '../install.ts';
import { planRemoval, removeWithApt } from '../apt/remove.ts';
import type { Removal } from './removal.ts';

/** Packages whose removal would take an engine away, and with it the containers of others. */
const enginePackages = ['docker.io', 'docker-cli', 'containerd', 'runc', 'tini'];

/** The packages that set-up installed, as one removal; says which of them stay and why. */
export async function installedBySetup(say: (line: string) => void): Promise<readonly Removal[]> {
  if ((await thisDistribution()).family !== 'debian') return [];
  const engineInUse = await whyEngineStays();
  const { remove, keep } = await planRemoval((name) => (enginePackages.includes(name) ? engineInUse : null));
  for (const { name, because } of keep) say(`left alone: package ${name}, because ${because}`);
  if (remove.length === 0) return [];
  return [
    {
      what: `packages ${remove.join(' ')}`,
      size: () => installedBytes(remove),
      remove: async () => {
        if (process.getuid?.() !== 0) throw new Error('Removing packages needs root; run it with sudo.');
        const gone = await removeWithApt(remove);
        const left = remove.filter((name) => !gone.includes(name));
        if (left.length > 0) throw new Error(`apt-get left ${left.join(' ')}; its messages are above.`);
      },
    },
  ];
}

/** Somebody may have begun to use the engine since it was installed. */
async function whyEngineStays(): Promise<string | null> {
  if ((await discoverEngine('teardown')).engine !== null) return 'a container engine runs here';
  const data = await readdir('/var/lib/docker').catch(() => []);
  return data.length > 0 ? '/var/lib/docker holds data that is not ours' : null;
}

async function installedBytes(names: readonly string[]): Promise<number> {
  const { stdout } = await execa('dpkg-query', ['--show', '--showformat', '${Installed-Size}\\n', ...names]);
  return stdout.split('\n').reduce((sum, kib) => sum + Number(kib) * 1024, 0);
}
