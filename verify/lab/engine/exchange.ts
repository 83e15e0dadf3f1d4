import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { followed, importTar, inspected, ownReference } from './image.ts';
import type { Engine, Image } from './types.ts';
import { LabError } from '../errors.ts';
import { watched } from '../meter.ts';

/**
 * Gives an image to a registry.
 * @param name with the registry's address and a tag: "198.18.7.1:5000/app:1"
 * @returns the digest by which the registry knows it from now on: "sha256:..."
 */
export async function pushImage(engine: Engine, image: Image, name: string): Promise<string> {
  const [repo, tag] = [name.slice(0, name.lastIndexOf(':')), name.slice(name.lastIndexOf(':') + 1)];
  await engine.docker.getImage(image.reference).tag({ repo, tag });
  // The engine wants credentials even where the registry asks for none.
  const progress = await engine.docker.getImage(name).push({ tag, authconfig: { serveraddress: repo } });
  const output = (await watched(followed(engine.docker, progress, `push of ${tag}`))) as readonly {
    readonly aux?: { readonly Digest?: string };
  }[];
  const digest = output.findLast(({ aux }) => aux?.Digest !== undefined)?.aux?.Digest;
  if (digest === undefined) throw new LabError('The engine pushed the image and told no digest of its manifest.');
  return digest;
}

/**
 * Takes an image from a registry.
 * @param name as in `pushImage`, or with the digest in place of the tag: "198.18.7.1:5000/app@sha256:..."
 */
export async function pullImage(engine: Engine, name: string): Promise<Image> {
  const progress = await engine.docker.pull(name);
  await watched(followed(engine.docker, progress, 'pull'));
  return inspected(engine, name);
}

/** Writes an image to an archive, as `docker save` does. */
export async function saveImage(engine: Engine, image: Pick<Image, 'reference'>, path: string): Promise<void> {
  await watched(pipeline(await engine.docker.getImage(image.reference).get(), createWriteStream(path)));
}

/** Reads such an archive into an engine, which may be another; the image keeps its name. */
export async function loadImage(engine: Engine, path: string, reference: string): Promise<Image> {
  const progress = await engine.docker.loadImage(createReadStream(path));
  await watched(followed(engine.docker, progress, 'load of an image'));
  return inspected(engine, reference);
}

/** The same files in one layer. */
export async function squashedImage(engine: Engine, image: Image): Promise<Image> {
  const box = await engine.docker.createContainer({ Image: image.reference, Cmd: ['true'] });
  try {
    return await importTar(engine, ownReference(engine, 'squashed'), Readable.from(await box.export()));
  } finally {
    await box.remove();
  }
}
