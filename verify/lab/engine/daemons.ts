import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { containerdSocketOf, containerdStateOf, netnsPath, socketOf, type EngineLayout } from './layout.ts';
import { tailOf } from '../host/exec-outcome.ts';
import { identityOf, type ProcessIdentity } from '../host/process.ts';
import { LabError } from '../errors.ts';

/** A daemon that was started, with a promise that says when it ended. */
export interface Daemon {
  readonly process: ProcessIdentity;
  readonly ended: Promise<void>;
  hasEnded(): boolean;
  /** The last lines that it logged. */
  logTail(): string;
}

export interface DockerdOptions {
  readonly bridgeAddress: string;
  readonly addressPool: string;
  readonly usernsRemap?: string;
  readonly storageDriver?: string;
  readonly extra?: readonly string[];
  /** Enter this process's mount namespace: see usernsRemap. */
  readonly mountsOf?: number;
}

/**
 * containerd of its own, even where one runs: dockerd would else share the machine's, and with it the namespace in which
 * the machine's own Docker keeps its containers.
 */
export function startContainerd(layout: EngineLayout, wrapper: readonly string[] = []): Daemon {
  const config = join(layout.folder, 'containerd.toml');
  const text = [
    'version = 2',
    `root = ${JSON.stringify(join(layout.data, 'containerd'))}`,
    `state = ${JSON.stringify(containerdStateOf(layout))}`,
    // The second would make /opt/containerd on the machine.
    'disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]',
    '[grpc]',
    `address = ${JSON.stringify(containerdSocketOf(layout))}`,
    '[debug]',
    'level = "warn"',
  ].join('\n');
  writeFileSync(config, `${text}\n`);
  return spawnDaemon(layout, 'containerd', [...wrapper, 'containerd', '--config', config]);
}

export function startDockerd(layout: EngineLayout, options: DockerdOptions): Daemon {
  const config = join(layout.folder, 'daemon.json');
  // Else /etc/docker/daemon.json, meant for the machine's own engine, would apply to this one.
  writeFileSync(config, '{}\n');
  const mounts = options.mountsOf === undefined ? [] : [`--mount=/proc/${String(options.mountsOf)}/ns/mnt`];
  return spawnDaemon(layout, 'dockerd', [
    // Not `ip netns exec`: it mounts /sys anew.
    'nsenter',
    `--net=${netnsPath(layout)}`,
    ...mounts,
    '--',
    'dockerd',
    `--config-file=${config}`,
    `--data-root=${join(layout.data, 'docker')}`,
    `--exec-root=${join(layout.folder, 'x')}`,
    `--pidfile=${join(layout.folder, 'docker.pid')}`,
    `--host=unix://${socketOf(layout)}`,
    `--containerd=${containerdSocketOf(layout)}`,
    `--cgroup-parent=/${layout.cgroup}`,
    // The systemd driver would have the machine's systemd make units for our containers.
    '--exec-opt=native.cgroupdriver=cgroupfs',
    `--bip=${options.bridgeAddress}`,
    `--default-address-pool=base=${options.addressPool},size=24`,
    '--log-level=warn',
    '--log-opt=max-size=1m',
    ...(options.usernsRemap === undefined ? [] : [`--userns-remap=${options.usernsRemap}`]),
    ...(options.storageDriver === undefined ? [] : [`--storage-driver=${options.storageDriver}`]),
    ...(options.extra ?? []),
  ]);
}

function spawnDaemon(layout: EngineLayout, name: string, [file = '', ...args]: readonly string[]): Daemon {
  const logFile = join(layout.folder, `${name}.log`);
  const log = openSync(logFile, 'a', 0o600);
  // Not execa: a daemon outlives the call, its output goes to a file, and it must not keep this process alive (unref).
  // Detached, in its own session: an interrupt typed at the terminal must not reach it before the suite has cleaned up.
  const child = spawn(file, args, { stdio: ['ignore', log, log], detached: true, env: daemonEnvironment(layout) });
  closeSync(log);
  let over = false;
  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      over = true;
      resolve();
    };
    child.once('exit', end).once('error', end);
  });
  if (child.pid === undefined) throw new LabError(`Cannot start ${name}: "${file}" did not run. Is it installed?`);
  child.unref();
  return {
    process: identityOf(child.pid),
    ended,
    hasEnded: () => over,
    logTail: () => tailOf(readLog(logFile)),
  };
}

/**
 * Tools that the daemons start lie in folders that an unprivileged user's path may leave out. What containerd writes to the
 * folder for temporary files (a dump, when it is asked for one) goes with the engine.
 */
function daemonEnvironment({ folder }: EngineLayout): NodeJS.ProcessEnv {
  return {
    ...process.env,
    TMPDIR: folder,
    PATH: `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin`,
  };
}

function readLog(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
