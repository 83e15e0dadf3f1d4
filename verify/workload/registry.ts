import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { execa } from 'execa';
import type { Engine } from '../lab/engine/types.ts';
import { LabError, NotHereError } from '../lab/errors.ts';
import { prepared } from '../lab/meter.ts';
import { createNamespace, ip } from '../lab/network/namespace.ts';
import { tcpReach } from '../lab/network/reach.ts';
import { findCommand } from '../lab/rootfs/host-binary.ts';
import { unpackedPackage } from '../lab/unpacked-package.ts';

/** Bytes that an engine's cable to the registry has carried so far, headers of every layer included. */
export interface CableBytes {
  readonly toEngine: number;
  readonly toRegistry: number;
}

export interface Cable {
  bytes(): Promise<CableBytes>;
}

/** An image registry on a machine of its own, played by a network namespace. */
export interface Registry extends AsyncDisposable {
  /** What image names begin with, as in "198.18.7.1:5000". */
  readonly address: string;
  /** For the private engines that will use it: the registry speaks plain HTTP. */
  readonly engineArgument: string;
  /** Folder in which the registry keeps what it was given. */
  readonly folder: string;
  /** Lays a cable between the engine's network and the registry's. Only private engines have a network to lay it in. */
  connect(engine: Pick<Engine, 'netns'>): Promise<Cable>;
  /** One HTTP request, sent on the registry's own machine. Nothing is made of its status. */
  request(path: string, options?: RegistryRequest): Promise<RegistryAnswer>;
}

export interface RegistryRequest {
  readonly accept?: string;
  /** Sent with PUT. */
  readonly put?: { readonly contentType: string; readonly body: string };
}

export interface RegistryAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

const port = 5000;

interface RegistryPlace {
  readonly runId: string;
  readonly folder: string;
}

/**
 * Starts the reference implementation of the registry (CNCF Distribution) with an empty store in the folder.
 * @throws NotHereError where neither the machine nor apt has it, or the machine can make no network namespaces
 */
export function startRegistry(where: RegistryPlace): Promise<Registry> {
  return prepared(started(where));
}

async function started({ runId, folder }: RegistryPlace): Promise<Registry> {
  const program = await registryProgram();
  const space = await createNamespace(runId, 'registry');
  try {
    // 198.18.0.0/15 is set aside for tests of network devices (RFC 2544) and routed nowhere.
    const network = `198.18.${String(randomBytes(1)[0] ?? 0)}`;
    const own = `${network}.1`;
    await ip('-n', space.name, 'link', 'add', 'lan', 'type', 'bridge');
    await ip('-n', space.name, 'address', 'add', `${own}/24`, 'dev', 'lan');
    await ip('-n', space.name, 'link', 'set', 'lan', 'up');
    const config = join(folder, 'registry.yml');
    await writeFile(config, JSON.stringify(registryConfig(folder, own)));
    let ended: string | null = null;
    void space.exec([program, 'serve', config], { reject: false, timeoutMs: 3_600_000 }).then(
      ({ exitCode, stderr }) => (ended = `exit code ${String(exitCode)}: ${stderr.slice(-1000)}`),
      (error: unknown) => (ended = String(error)),
    );
    await untilItListens({ runId, netns: space.path }, own, () => ended);
    let engines = 0;
    return {
      address: `${own}:${String(port)}`,
      engineArgument: `--insecure-registry=${own}:${String(port)}`,
      folder,
      connect: ({ netns }) => {
        engines += 1;
        return layCable(space.name, netns, `${network}.${String(engines + 1)}`, engines);
      },
      request: async (path, { accept, put } = {}) => {
        const received = join(folder, `answer-${randomBytes(6).toString('hex')}`);
        const sent =
          put === undefined ? [] : ['-X', 'PUT', '-H', `Content-Type: ${put.contentType}`, '--data-binary', '@-'];
        const { stdout } = await space.exec(
          [
            ...['curl', '--silent', '--show-error', '--noproxy', '*', '--output', received],
            ...['--write-out', '%{http_code} %{content_type}', ...sent],
            ...(accept === undefined ? [] : ['-H', `Accept: ${accept}`]),
            `http://${own}:${String(port)}${path}`,
          ],
          put === undefined ? {} : { stdin: put.body },
        );
        const [status = '', contentType = ''] = stdout.split(' ');
        // curl makes no file for an empty answer.
        const body = await readFile(received).catch(() => Buffer.alloc(0));
        await rm(received, { force: true });
        return { status: Number(status), contentType, body };
      },
      [Symbol.asyncDispose]: () => space[Symbol.asyncDispose](),
    };
  } catch (error) {
    await space[Symbol.asyncDispose]();
    throw error;
  }
}

/** The machine's own, else the distribution's, fetched and not installed: its package would start a service. */
async function registryProgram(): Promise<string> {
  if ((await findCommand('curl')) === null) {
    throw new NotHereError('curl is missing here. Install it: apt-get install curl');
  }
  const here = (await findCommand('docker-registry')) ?? (await findCommand('registry'));
  return here ?? join((await unpackedPackage('docker-registry')).directory, 'usr/bin/docker-registry');
}

const registryConfig = (folder: string, address: string): object => ({
  version: '0.1',
  log: { level: 'error' },
  storage: { filesystem: { rootdirectory: folder }, delete: { enabled: true } },
  http: { addr: `${address}:${String(port)}`, secret: randomBytes(16).toString('hex') },
});

async function untilItListens(
  place: { readonly runId: string; readonly netns: string },
  address: string,
  ended: () => string | null,
): Promise<void> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const { reached, because } = await tcpReach(place, { from: 'host', address, port });
    if (reached) return;
    const why = ended() ?? (performance.now() > deadline ? because : null);
    if (why !== null) throw new LabError(`The image registry does not listen on port ${String(port)}: ${why}`);
  }
}

async function layCable(space: string, netns: string | null, address: string, number: number): Promise<Cable> {
  if (netns === null) {
    throw new NotHereError(
      "Only a private engine's network can be given a cable: nothing of this machine's is changed.",
    );
  }
  const engine = netns.replace('/run/netns/', '');
  const [near, far] = [`to-registry${String(number)}`, `engine${String(number)}`];
  await ip('link', 'add', near, 'netns', engine, 'type', 'veth', 'peer', 'name', far, 'netns', space);
  await ip('-n', space, 'link', 'set', far, 'master', 'lan', 'up');
  await ip('-n', engine, 'address', 'add', `${address}/24`, 'dev', near);
  await ip('-n', engine, 'link', 'set', near, 'up');
  return {
    bytes: async () => {
      const { stdout } = await execa('ip', ['-n', engine, '-statistics', '-json', 'link', 'show', 'dev', near]);
      const [link] = JSON.parse(stdout) as readonly { stats64: Record<'rx' | 'tx', { bytes: number }> }[];
      if (link === undefined) throw new LabError(`The cable to the registry is gone: ip shows no ${near}.`);
      return { toEngine: link.stats64.rx.bytes, toRegistry: link.stats64.tx.bytes };
    },
  };
}
