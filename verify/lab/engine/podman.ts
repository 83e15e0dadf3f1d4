import { randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { attachEngine } from './attach.ts';
import type { Engine } from './types.ts';
import type { ContainerOptions } from '../container/types.ts';
import { removeGroup } from '../cgroup/hierarchy.ts';
import { LabError, NotHereError } from '../errors.ts';
import { runVariable } from '../host/subject.ts';
import { hostTool } from '../host/tool.ts';
import { prepared } from '../meter.ts';
import { ownName, scratchRoot } from '../places.ts';
import { unpackedPackage } from '../unpacked-package.ts';

/** Another maker's engine, which answers the API that Docker's clients speak. */
export interface SecondEngine extends Engine, AsyncDisposable {
  /** Name and version of the package that it came in. */
  readonly version: string;
  /** What each of its containers is given, so that the namespaces that end with it hold all of them. */
  readonly withinIt: Pick<ContainerOptions, 'network' | 'init' | 'hostConfig'>;
}

/** Podman, its monitor of containers, and the libraries that few machines have. */
const packages = ['podman', 'conmon', 'libgpgme11', 'libsubid4'] as const;

/**
 * Starts Podman's service from the distribution's packages, unpacked and not installed, with data and settings of its
 * own, in mount, network and process namespaces that end with it: what it starts cannot outlive it.
 * @throws NotHereError where apt does not offer it, or without root
 */
export function startPodman(run: { readonly runId: string }): Promise<SecondEngine> {
  return prepared(started(run));
}

async function started({ runId }: { readonly runId: string }): Promise<SecondEngine> {
  if (process.getuid?.() !== 0) throw new NotHereError('A second engine is started with namespaces, by root only.');
  const [podman, conmon, ...libraries] = await Promise.all(packages.map((name) => unpackedPackage(name)));
  const runc = await hostTool('runc', 'runc');
  if (podman === undefined || conmon === undefined) throw new LabError('apt gave no Podman.');
  const name = `p${randomBytes(4).toString('hex')}`;
  const folder = join(scratchRoot(runId), name);
  const socket = join(folder, 's');
  const group = `${ownName}/${runId}/${name}`;
  await mkdir(folder, { recursive: true });
  const settings = {
    'containers.conf': [
      '[engine]',
      `conmon_path = ["${join(conmon.directory, 'usr/bin/conmon')}"]`,
      'runtime = "runc"',
      'cgroup_manager = "cgroupfs"',
      'events_logger = "file"',
      'lock_type = "file"',
      `static_dir = "${folder}/static"`,
      `tmp_dir = "${folder}/tmp"`,
      `volume_path = "${folder}/volumes"`,
      '[engine.runtimes]',
      `runc = ["${runc}"]`,
    ],
    'storage.conf': ['[storage]', 'driver = "vfs"', `graphroot = "${folder}/images"`, `runroot = "${folder}/run"`],
  };
  for (const [path, lines] of Object.entries(settings)) await writeFile(join(folder, path), `${lines.join('\n')}\n`);
  const child = spawn(
    'setpriv',
    [
      ...['--pdeathsig', 'KILL', 'unshare', '--mount', '--net', '--ipc', '--pid', '--fork', '--kill-child'],
      ...['--mount-proc', 'sh', '-c', service, 'sh', join(podman.directory, 'usr/bin/podman'), `unix://${socket}`],
      ...libraries.flatMap(({ directory }) => libraryFolders(directory)),
    ],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        CONTAINERS_CONF: join(folder, 'containers.conf'),
        CONTAINERS_STORAGE_CONF: join(folder, 'storage.conf'),
        [runVariable]: runId,
      },
    },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)));
  const gone = new Promise<void>((resolve) => {
    child.once('close', resolve);
    child.once('error', ({ message }) => {
      said += message;
      resolve();
    });
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
    await removeGroup(group);
    await rm(folder, { recursive: true, force: true });
  };
  const engine = attachEngine({ runId, socketPath: socket, private: true, netns: null });
  const deadline = performance.now() + 30_000;
  for (;;) {
    const answered = await engine.docker.ping().then(
      () => true,
      () => false,
    );
    if (answered) break;
    if (child.exitCode !== null || performance.now() > deadline) {
      await stop();
      throw new LabError(`Podman's service did not answer. It said: ${said.trim() || 'nothing'}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    ...engine,
    version: `podman ${podman.version}`,
    withinIt: { network: 'none', init: false, hostConfig: { CgroupParent: `/${group}` } },
    [Symbol.asyncDispose]: stop,
  };
}

/**
 * What Podman makes in /run goes with its namespace. So does what it needs in /etc, where its libraries are made known
 * (its helpers start with an environment of their own), and the folders that it makes beside hierarchies of control groups
 * which the kernel has and the machine has not mounted.
 */
const service = `
set -e
podman=$1 socket=$2
shift 2
mount -t tmpfs tmpfs /run
mkdir /run/etc /run/work /run/groups
mount -t overlay overlay -o lowerdir=/etc,upperdir=/run/etc,workdir=/run/work /etc
mkdir -p /etc/containers
echo '{"default": [{"type": "insecureAcceptAnything"}]}' > /etc/containers/policy.json
ldconfig -X "$@"
if grep -q '^tmpfs /sys/fs/cgroup ' /proc/mounts; then
  mount --rbind /sys/fs/cgroup /run/groups
  mount -t tmpfs tmpfs /sys/fs/cgroup
  for tree in $(sed -n 's#^[^ ]* /run/groups/\\([^ /]*\\) cgroup.*#\\1#p' /proc/mounts); do
    mkdir "/sys/fs/cgroup/$tree"
    mount --bind "/run/groups/$tree" "/sys/fs/cgroup/$tree"
  done
fi
"$podman" system service --time 0 "$socket" &
wait
`;

const libraryFolders = (directory: string): readonly string[] =>
  ['x86_64-linux-gnu', 'aarch64-linux-gnu']
    .map((machine) => join(directory, 'usr/lib', machine))
    .filter((path) => existsSync(path));
