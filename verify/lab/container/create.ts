import type { Engine } from '../engine/types.ts';
import { createBody } from './create-body.ts';
import { created } from './states.ts';
import type { Container, ContainerOptions, CreatedContainer } from './types.ts';

/** Creates a container without starting it. */
export async function createContainer(engine: Engine, options: ContainerOptions): Promise<CreatedContainer> {
  const container = await engine.docker.createContainer(createBody(options, engine.runId));
  return created(container, options.label ?? 'container');
}

/** Creates and starts a container. What it made is removed where the start fails. */
export async function runContainer(engine: Engine, options: ContainerOptions): Promise<Container> {
  // A stack, for where the removal fails too: what failed first is what is to be told.
  await using made = new AsyncDisposableStack();
  const running = await made.use(await createContainer(engine, options)).start();
  made.move();
  return running;
}
