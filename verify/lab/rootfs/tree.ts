import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LabError } from '../errors.ts';
import { bareRecipe } from './bare-tree.ts';
import { buildOnce } from './build-once.ts';
import { fullRecipe } from './full-tree.ts';
import { minimalRecipe } from './minimal-tree.ts';
import { filesRoot, type BuildOptions } from './recipe.ts';

/**
 * `bare`: static busybox and a web server, about 2 MB. `minimal`: that and the measuring tools, taken from this host.
 * `full`: Debian or Ubuntu with systemd and nginx.
 */
export type TreeName = 'bare' | 'minimal' | 'full';

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

const recipes = { bare: bareRecipe, minimal: minimalRecipe, full: fullRecipe } as const;

/**
 * The tree from the cache, or built from this machine's packages (bare 0.3 s, minimal 2 s, full a minute).
 * @throws NotHereError where the machine lacks what the recipe takes, with what to install.
 */
export async function buildTree(name: TreeName, options: BuildOptions): Promise<Tree> {
  const recipe = await recipes[name](options);
  const digest = createHash('sha256')
    .update(JSON.stringify([name, recipe.ingredients, await ownFiles()]))
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

async function ownFiles(): Promise<readonly string[]> {
  const recipesToo = ['bare-tree.ts', 'minimal-tree.ts', 'full-tree.ts', 'stamp-elf.ts', 'static-elf.ts'].map((file) =>
    fileURLToPath(new URL(file, import.meta.url)),
  );
  const paths = [...(await readdir(filesRoot)).sort().map((file) => join(filesRoot, file)), ...recipesToo];
  return Promise.all(paths.map((path) => readFile(path, 'utf8')));
}
