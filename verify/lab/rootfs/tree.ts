import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LabError } from '../errors.ts';
import { bareRecipe } from './bare-tree.ts';
import { buildOnce } from './build-once.ts';
import { engineRecipe } from './engine-tree.ts';
import { fullRecipe } from './full-tree.ts';
import { minimalRecipe } from './minimal-tree.ts';
import { filesRoot, type BuildOptions } from './recipe.ts';

/**
 * `bare`: static busybox and a web server, about 2 MB. `minimal`: that and the measuring tools, taken from this host.
 * `full`: Debian or Ubuntu with systemd and nginx. `engine`: the bare one with this host's container engine.
 */
export type TreeName = 'bare' | 'minimal' | 'full' | 'engine';

/** One root file system, from which container images and guests' disks are packaged alike. */
export interface Tree {
  readonly name: TreeName;
  /** Everything, owned and ready to unpack at /; no compression. */
  readonly tarPath: string;
  /** Of the recipe and of what went in: 16 hexadecimal digits. The same digest is the same tree. */
  readonly digest: string;
  /** Size of the tar. */
  readonly bytes: number;
}

const recipes = { bare: bareRecipe, minimal: minimalRecipe, full: fullRecipe, engine: engineRecipe } as const;

/**
 * The tree from the cache, or built from this machine's packages (bare 0.3 s, minimal 2 s, full a minute).
 * @throws NotHereError where the machine lacks what the recipe takes, with what to install.
 */
export async function buildTree(name: TreeName, options: BuildOptions): Promise<Tree> {
  const recipe = await recipes[name](options);
  const digest = createHash('sha256')
    .update(JSON.stringify([name, recipe.ingredients, await ownFiles(name)]))
    .digest('hex')
    .slice(0, 16);
  const tarPath = join(options.cacheRoot, 'trees', `${name}-${digest}.tar`);
  await buildOnce(tarPath, async (temporary) => {
    options.log?.(`building the ${name} root file system`);
    const scratch = `${temporary}.d`;
    await rm(scratch, { recursive: true, force: true });
    await mkdir(scratch, { recursive: true });
    try {
      await recipe.build(temporary, scratch);
    } catch (cause) {
      if (cause instanceof LabError || (cause instanceof Error && cause.name === 'NotHereError')) throw cause;
      throw new LabError(`The ${name} root file system could not be built: ${String(cause)}`, { cause });
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  });
  return { name, tarPath, digest, bytes: (await stat(tarPath)).size };
}

/** Of one tree alone: the others are no different for it. */
const apart: Partial<Record<TreeName, readonly string[]>> = { engine: ['files/engine.sh', 'engine-tree.ts'] };

async function ownFiles(name: TreeName): Promise<readonly string[]> {
  const recipesToo = ['bare-tree.ts', 'minimal-tree.ts', 'full-tree.ts', 'stamp-elf.ts', 'static-elf.ts'];
  const others = Object.values(apart).flat();
  const common = (await readdir(filesRoot)).sort().map((file) => `files/${file}`);
  const all = [...common.filter((file) => !others.includes(file)), ...recipesToo, ...(apart[name] ?? [])];
  return Promise.all(all.map((file) => readFile(fileURLToPath(new URL(file, import.meta.url)), 'utf8')));
}
