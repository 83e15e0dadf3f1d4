import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { crunRuntime } from '../lab/container/crun.ts';
import type { PrivateEngine } from '../lab/engine/types.ts';
import { NotHereError } from '../lab/errors.ts';
import { ownName } from '../lab/places.ts';
import { findCommand } from '../lab/rootfs/host-binary.ts';
import type { ExecResult } from '../lab/subject.ts';

/**
 * An engine that is not Docker's: containerd, asked by its own client, with its own store of images, its own way of
 * laying file systems out (copies, no overlay) and crun in place of runc. Nothing of it comes from dockerd.
 */
export interface Containerd {
  /** Takes an image from a registry that speaks plain HTTP. */
  pull(name: string): Promise<void>;
  /** Reads an archive that `docker save` wrote; the image's name in it is then preceded by "docker.io/". */
  load(tarPath: string): Promise<void>;
  /** Writes a pulled image, its media types turned into those of the OCI, as an OCI image layout in a tar file. */
  exportLayout(name: string, tarPath: string): Promise<void>;
  /**
   * Runs a command in a new container of an image that is there, without network, to its end.
   * @param binds folders of the host: [host path, container path]
   */
  run(name: string, command: readonly string[], binds?: readonly (readonly [string, string])[]): Promise<ExecResult>;
}

/**
 * The containerd that belongs to a private engine, in a namespace where its Docker sees nothing.
 * @throws NotHereError where its client or crun is missing
 */
export async function containerdBeside(engine: PrivateEngine): Promise<Containerd> {
  const ctr = await findCommand('ctr');
  if (ctr === null) throw new NotHereError('ctr is missing here. Install it: apt-get install containerd');
  const folder = dirname(engine.containerdSocket);
  const crun = await crunRuntime(folder);
  const client = [ctr, '--address', engine.containerdSocket, '--namespace', ownName];
  // In the engine's network: this client, and not the daemon, speaks with the registry.
  const ask = (words: readonly string[], reject = true): Promise<ExecResult> =>
    engine.hostNetworkExec([...client, ...words], { timeoutMs: 120_000, reject });
  const snapshots = ['--snapshotter', 'native'];
  return {
    pull: async (name) => {
      await ask(['images', 'pull', '--plain-http', ...snapshots, name]);
    },
    load: async (tarPath) => {
      await ask(['images', 'import', ...snapshots, tarPath]);
    },
    exportLayout: async (name, tarPath) => {
      const converted = `${name}-oci`;
      await ask(['images', 'convert', '--oci', name, converted]);
      await ask(['images', 'export', tarPath, converted]);
    },
    run: (name, command, binds = []) => {
      const id = `c${randomBytes(6).toString('hex')}`;
      const place = ['--fifo-dir', join(folder, 'fifo'), '--cgroup', `/${ownName}/${engine.runId}/${id}`];
      const mounts = binds.flatMap(([from, to]) => ['--mount', `type=bind,src=${from},dst=${to},options=rbind:rw`]);
      return ask(
        ['run', '--rm', ...snapshots, '--runc-binary', crun, ...place, ...mounts, name, id, ...command],
        false,
      );
    },
  };
}
