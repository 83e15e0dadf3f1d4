import { randomUUID } from 'node:crypto';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runToCompletion } from '../container/run-to-completion.ts';
import type { Engine, Image } from '../engine/types.ts';
import { NotHereError } from '../errors.ts';
import { watched } from '../meter.ts';
import { runLabel } from '../places.ts';

export interface EngineSocketOptions {
  /** An image in which this Node runs: the container speaks plain HTTP to the socket. */
  readonly image: Image;
  /** An empty folder that stands for the host's: the only one that is ever asked for. */
  readonly folder: string;
  /** "0" or another user id. */
  readonly user: string;
  /** The user is also in the group to which the socket belongs. */
  readonly inSocketsGroup?: boolean;
}

export interface EngineSocketAttempt {
  readonly succeeded: boolean;
  readonly said: string;
}

/**
 * Gives a container the engine's socket, and has it ask the engine for a second container in which a folder of the host
 * is mounted, to read there what only the host's root may (Docker documentation, "Docker daemon attack surface").
 */
export async function attemptEngineSocket(engine: Engine, options: EngineSocketOptions): Promise<EngineSocketAttempt> {
  const { image, folder, user, inSocketsGroup = false } = options;
  if (!engine.socketPath.startsWith('/')) {
    throw new NotHereError('The engine is not reached by a socket file, so none can be given to a container.');
  }
  const secret = randomUUID();
  await writeFile(join(folder, 'secret'), secret, { mode: 0o600 });
  const { gid } = await stat(engine.socketPath);
  const trying = runToCompletion(engine, {
    image,
    user,
    network: 'none',
    binds: [
      [process.execPath, '/usr/local/bin/node', 'ro'],
      [engine.socketPath, '/engine.sock'],
    ],
    command: ['node', '-e', script, image.reference, folder, engine.runId],
    ...(inSocketsGroup ? { hostConfig: { GroupAdd: [String(gid)] } } : {}),
  });
  const { stdout, stderr } = await watched(trying);
  const said = `${stdout}${stderr}`.replaceAll(secret, '(the secret)').trim();
  return { succeeded: stdout.includes(secret), said };
}

const script = `
const http = require('node:http');
const [image, folder, run] = process.argv.slice(1);
const ask = (method, path, body) => new Promise((resolve, reject) => {
  const request = http.request(
    { socketPath: '/engine.sock', method, path, headers: { 'content-type': 'application/json' } },
    (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk)).on('end', () => resolve(text));
    },
  );
  request.on('error', reject);
  request.end(body && JSON.stringify(body));
});
const main = async () => {
  const { Id, message } = JSON.parse(await ask('POST', '/containers/create', {
    Image: image,
    Cmd: ['cat', '/folder/secret'],
    Tty: true,
    Labels: { '${runLabel}': run },
    HostConfig: { Binds: [folder + ':/folder:ro'], NetworkMode: 'none', PidsLimit: 32 },
  }));
  if (!Id) throw new Error(message);
  await ask('POST', '/containers/' + Id + '/start');
  await ask('POST', '/containers/' + Id + '/wait');
  console.log(await ask('GET', '/containers/' + Id + '/logs?stdout=1'));
  await ask('DELETE', '/containers/' + Id + '?force=1');
};
main().catch((error) => { console.error(error.message); process.exit(1); });
`;
