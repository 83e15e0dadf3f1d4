import type { Container } from './types.ts';

interface Dial {
  readonly path: string;
  readonly method: string;
  readonly options: object;
  readonly statusCodes: Readonly<Record<string, true | string>>;
}
type Modem = { dial(what: Dial, done: (error: Error | null) => void): void };

/**
 * Asks the engine to write a running container's processes down and end them (API: POST /containers/{id}/checkpoints,
 * which dockerode has no method for). Null where it did; else what the engine said.
 */
export function checkpointed(container: Pick<Container, 'docker'>, name: string): Promise<string | null> {
  const { id } = container.docker;
  const modem = container.docker.modem as Modem;
  return new Promise((resolve) => {
    modem.dial(
      {
        path: `/containers/${id}/checkpoints?`,
        method: 'POST',
        options: { CheckpointID: name, Exit: true },
        statusCodes: { 201: true, 200: true },
      },
      (error) => {
        resolve(error === null ? null : error.message);
      },
    );
  });
}
