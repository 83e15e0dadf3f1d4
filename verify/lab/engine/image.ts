import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { Engine, Image } from './types.ts';
import { tarOf, type ImageFiles } from './tar.ts';
import { LabError } from '../errors.ts';
import { digestLabel, ownName, runLabel } from '../places.ts';

/** A root file system as an archive; `verify/lab/rootfs` builds them. */
export interface ImportableTree {
  readonly name: string;
  readonly tarPath: string;
  readonly digest: string;
}

const repository = ownName;

/**
 * The tree as an image, without a registry. One that was imported before, into an engine that keeps its images, is used
 * again: the digest is its tag.
 */
export async function importTree(engine: Engine, tree: ImportableTree): Promise<Image> {
  const repo = `${repository}/${tree.name}`;
  const reference = `${repo}:${tree.digest.slice(0, 32)}`;
  const found = await findImage(engine, reference);
  if (found !== null) return found;
  const image = await importTar(engine, reference, createReadStream(tree.tarPath), { [digestLabel]: tree.digest });
  if (engine.private) await removeFormer(engine, repo, reference);
  return image;
}

/** Images of earlier recipes of the same tree: nothing will ask for them again. */
async function removeFormer(engine: Engine, repo: string, current: string): Promise<void> {
  const images = await engine.docker.listImages({ filters: { reference: [repo] } });
  for (const tag of images.flatMap(({ RepoTags }) => (RepoTags as string[] | null) ?? [])) {
    if (tag === current) continue;
    try {
      await engine.docker.getImage(tag).remove();
    } catch (error) {
      // 409: a container still runs on it.
      if ((error as { statusCode?: number }).statusCode !== 409) throw error;
    }
  }
}

export interface ScratchImageOptions {
  /** Part of the image's name. */
  readonly name: string;
  readonly files: ImageFiles;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
}

/** An image of these files and nothing else. */
export async function imageFromFiles(engine: Engine, options: ScratchImageOptions): Promise<Image> {
  const tar = await tarOf(options.files);
  return importTar(engine, ownReference(engine, options.name), Readable.from([tar]), {}, [
    ...(options.command === undefined ? [] : [`CMD ${JSON.stringify(options.command)}`]),
    ...(options.entrypoint === undefined ? [] : [`ENTRYPOINT ${JSON.stringify(options.entrypoint)}`]),
  ]);
}

/** A name that no other image of this run has. */
export function ownReference(engine: Engine, name: string): string {
  const unique = `${engine.runId.toLowerCase()}-${process.hrtime.bigint().toString(36)}`;
  return `${repository}/${name.toLowerCase()}:${unique}`;
}

/** An image of one layer: the archive's. */
export async function importTar(
  engine: Engine,
  reference: string,
  tar: NodeJS.ReadableStream,
  labels: Readonly<Record<string, string>> = {},
  changes: readonly string[] = [],
): Promise<Image> {
  // An image that stays is not this run's own, so it bears no run's label; in an engine of someone else none stays.
  const kept = engine.private && labels[digestLabel] !== undefined;
  const all = { ...labels, ...(kept ? {} : { [runLabel]: engine.runId }) };
  const [repo = '', tag = ''] = reference.split(':');
  const query = {
    repo,
    tag,
    changes: [
      ...Object.entries(all).map(([name, value]) => `LABEL ${name}=${value}`),
      'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      ...changes,
    ],
  };
  const progress = await engine.docker.importImage(tar, query);
  await followed(engine.docker, progress, `import of ${reference}`);
  return inspected(engine, reference);
}

/** Reads an operation's progress to its end; the engine reports failure in the stream, with status 200. */
export async function followed(
  docker: Docker,
  progress: NodeJS.ReadableStream,
  what: string,
): Promise<readonly unknown[]> {
  return new Promise((resolve, reject) => {
    const modem = docker.modem as {
      followProgress(
        stream: NodeJS.ReadableStream,
        done: (error: Error | null, output: readonly unknown[]) => void,
      ): void;
    };
    modem.followProgress(progress, (error, output) => {
      const failed = output.find((line) => typeof line === 'object' && line !== null && 'error' in line) as
        { readonly error: string } | undefined;
      if (error === null && failed === undefined) resolve(output);
      else
        reject(
          new LabError(`The engine failed at the ${what}: ${error?.message ?? failed?.error ?? ''}`, { cause: error }),
        );
    });
  });
}

/** @throws LabError where the engine has no image of this name. */
export async function inspected(engine: Engine, reference: string): Promise<Image> {
  const { Id, Size } = await engine.docker.getImage(reference).inspect();
  return { id: Id, reference, sizeBytes: Size };
}

async function findImage(engine: Engine, reference: string): Promise<Image | null> {
  try {
    return await inspected(engine, reference);
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return null;
    throw error;
  }
}
