import type { Engine, Image } from './types.ts';
import { followed, inspected, ownReference } from './image.ts';
import { tarOf, type ImageFiles } from './tar.ts';
import { runLabel } from '../places.ts';

export interface BuildImageOptions {
  readonly name: string;
  /** Absent: from nothing ("scratch"). */
  readonly from?: Image | string;
  /** Laid over the base, by absolute path. */
  readonly files?: ImageFiles;
  /** Instructions after FROM and the files, one a line: "RUN make -C /app". */
  readonly instructions?: readonly string[];
  /** Default true: steps that are unchanged since an earlier build are not run again. */
  readonly cache?: boolean;
}

export interface BuiltImage extends Image {
  readonly durationMs: number;
  /** What the builder printed. */
  readonly log: string;
}

/** Builds an image through the engine's own builder; no network, no registry. */
export async function buildImage(engine: Engine, options: BuildImageOptions): Promise<BuiltImage> {
  const reference = ownReference(engine, options.name);
  const files = options.files ?? {};
  const from =
    options.from === undefined ? 'scratch' : typeof options.from === 'string' ? options.from : options.from.reference;
  const dockerfile = [
    `FROM ${from}`,
    ...(Object.keys(files).length === 0 ? [] : ['COPY files/ /']),
    ...(options.instructions ?? []),
  ].join('\n');
  const context = await tarOf({
    ...Object.fromEntries(Object.entries(files).map(([path, file]) => [`files/${path.replace(/^\/+/, '')}`, file])),
    Dockerfile: { content: `${dockerfile}\n`, mode: 0o644 },
  });
  const startedAt = performance.now();
  const progress = await engine.docker.buildImage(context as unknown as NodeJS.ReadableStream, {
    t: reference,
    labels: { [runLabel]: engine.runId },
    networkmode: 'none',
    nocache: options.cache === false,
    forcerm: true,
  });
  const output = await followed(engine.docker, progress, `build of ${options.name}`);
  const durationMs = performance.now() - startedAt;
  const log = output.map((line) => (line as { stream?: string }).stream ?? '').join('');
  return { ...(await inspected(engine, reference)), durationMs, log };
}
