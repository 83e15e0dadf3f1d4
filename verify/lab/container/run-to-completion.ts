import type { Engine } from '../engine/types.ts';
import { createContainer } from './create.ts';
import { collect } from './streams.ts';
import type { CompletedRun, ContainerOptions } from './types.ts';

/** Runs a container to the end of its process and removes it. */
export async function runToCompletion(
  engine: Engine,
  options: ContainerOptions & { readonly stdin?: string; readonly timeoutMs?: number },
): Promise<CompletedRun> {
  const { stdin, timeoutMs = 60_000, ...rest } = options;
  await using box = await createContainer(engine, { ...rest, ...(stdin === undefined ? {} : { openStdin: true }) });
  const stream = await box.docker.attach({
    stream: true,
    stdout: true,
    stderr: true,
    ...(stdin === undefined ? {} : { stdin: true, hijack: true }),
  });
  const printed = collect(box.docker, stream);
  const startedAt = performance.now();
  const running = await box.start();
  if (stdin !== undefined) stream.end(stdin);
  const exitCode = await running.wait(timeoutMs);
  const durationMs = performance.now() - startedAt;
  await finished(stream);
  const { State } = await box.inspect();
  return { exitCode, oomKilled: State.OOMKilled, ...printed(), durationMs };
}

/** The rest of the output arrives after the exit is known. */
async function finished(stream: NodeJS.ReadableStream & { readonly readableEnded?: boolean }): Promise<void> {
  if (stream.readableEnded === true) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, 2_000);
    stream.once('end', () => {
      clearTimeout(timer);
      setImmediate(resolve);
    });
  });
}
