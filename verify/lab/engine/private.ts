import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { PrivateEngine } from './types.ts';
import { attachEngine } from './attach.ts';
import { startContainerd, startDockerd, type Daemon, type DockerdOptions } from './daemons.ts';
import { emptyKeptEngine } from './kept-data.ts';
import {
  containerdSocketOf,
  keptDataRoot,
  layoutFile,
  netnsPath,
  newLayout,
  socketOf,
  type DataPlace,
  type EngineLayout,
} from './layout.ts';
import { missingForPrivateEngine } from './private-needs.ts';
import { removeEngineRemains } from './remains.ts';
import { untilRemapped, usernsRemapSetup } from './userns.ts';
import { LabError, NotHereError } from '../errors.ts';
import { tryLock, type FileLock } from '../host/lock.ts';
import { forgetOwner, noteOwner } from '../host/run-owner.ts';
import { endProcesses, listProcesses } from '../host/process.ts';
import { freeSecondOctet, routedRanges } from '../network/address-range.ts';

export interface PrivateEngineOptions {
  readonly runId: string;
  /** Default `fresh`. `kept` becomes `fresh` while another run has the kept one. */
  readonly data?: DataPlace;
  /** Container root becomes an unprivileged user of the host. */
  readonly usernsRemap?: boolean;
  readonly storageDriver?: string;
  /** More arguments for dockerd. */
  readonly extra?: readonly string[];
  /** Default 60,000. */
  readonly timeoutMs?: number;
}

/**
 * Starts an engine in its own network namespace, with its own data, socket, bridge and containerd.
 * @throws NotHereError with what is missing where the machine cannot have one.
 */
export async function startPrivateEngine(options: PrivateEngineOptions): Promise<PrivateEngine> {
  const missing = missingForPrivateEngine();
  if (missing !== null) throw new NotHereError(missing);
  const noted = noteOwner(options.runId);
  const lock = options.data === 'kept' ? lockKeptData() : null;
  const layout = newLayout(
    options.runId,
    options.data === 'kept' && lock === null ? 'fresh' : (options.data ?? 'fresh'),
  );
  const release = (): void => {
    lock?.[Symbol.dispose]();
    if (noted) forgetOwner(options.runId);
  };
  try {
    return await start(layout, options, release);
  } catch (error) {
    await removeEngineRemains(layout);
    release();
    throw error;
  }
}

/** The lock on the images that are kept between runs; null while another run's engine uses them. */
function lockKeptData(): FileLock | null {
  const attempt = tryLock(join(dirname(keptDataRoot()), 'engine.lock'));
  if (!attempt.held) return null;
  // An owner that was killed may have left a daemon that still works on the data.
  if (listProcesses().some(({ argv }) => argv.includes(`--data-root=${join(keptDataRoot(), 'docker')}`))) {
    attempt.lock[Symbol.dispose]();
    return null;
  }
  return attempt.lock;
}

async function start(layout: EngineLayout, options: PrivateEngineOptions, release: () => void): Promise<PrivateEngine> {
  const engine = attachEngine({
    runId: options.runId,
    socketPath: socketOf(layout),
    private: true,
    netns: netnsPath(layout),
  });
  let daemons = await launch(layout, options, engine.docker);
  let stopping: Promise<void> | undefined;
  let told = false;
  const stop = (): Promise<void> => {
    told = true;
    return (stopping ??= stopEngine(layout, daemons, engine.docker, release));
  };
  return {
    ...engine,
    private: true,
    netns: netnsPath(layout),
    containerdSocket: containerdSocketOf(layout),
    pid: () => daemons.dockerd.process.pid,
    get containerdPid() {
      return daemons.containerd.process.pid;
    },
    endedByItself: () => {
      if (told) return null;
      const { dockerd, containerd } = daemons;
      return [containerd, dockerd].find((daemon) => daemon.hasEnded())?.logTail() ?? null;
    },
    stop,
    kill: async () => {
      told = true;
      await endProcesses([daemons.dockerd.process], 0);
    },
    restart: async () => {
      told = true;
      await endProcesses([daemons.dockerd.process], 20_000);
      daemons = { ...daemons, dockerd: await daemons.startDockerd() };
      told = false;
    },
    renew: async () => {
      told = true;
      await removeEngineRemains(layout);
      daemons = await launch(layout, options, engine.docker);
      told = false;
    },
    [Symbol.asyncDispose]: stop,
  };
}

interface Daemons {
  readonly containerd: Daemon;
  readonly dockerd: Daemon;
  startDockerd(): Promise<Daemon>;
}

/** Makes what the layout names, and starts both daemons in it. */
async function launch(
  layout: EngineLayout,
  options: PrivateEngineOptions,
  docker: PrivateEngine['docker'],
): Promise<Daemons> {
  const timeoutMs = options.timeoutMs ?? 60_000;
  mkdirSync(layout.folder, { recursive: true, mode: 0o700 });
  writeFileSync(layoutFile(layout.folder), JSON.stringify(layout));
  mkdirSync(layout.data, { recursive: true, mode: 0o711 });
  if (options.data === 'memory') await execa('mount', ['-t', 'tmpfs', '-o', 'mode=711', 'tmpfs', layout.data]);
  await execa('ip', ['netns', 'add', layout.netns]);
  await execa('ip', ['-n', layout.netns, 'link', 'set', 'lo', 'up']);

  const userns = options.usernsRemap === true ? await usernsRemapSetup(layout) : null;
  const containerd = startContainerd(layout, userns?.wrapper);
  if (userns !== null) await untilRemapped(containerd.process.pid, timeoutMs);
  const dockerdOptions: DockerdOptions = {
    ...(await addresses()),
    ...(userns === null ? {} : { usernsRemap: userns.remap, mountsOf: containerd.process.pid }),
    ...(options.storageDriver === undefined ? {} : { storageDriver: options.storageDriver }),
    ...(options.extra === undefined ? {} : { extra: options.extra }),
  };
  const ready = async (): Promise<Daemon> => {
    const daemon = startDockerd(layout, dockerdOptions);
    await untilItAnswers(() => docker.ping(), [containerd, daemon], timeoutMs);
    return daemon;
  };
  const dockerd = await ready();
  if (layout.dataIsKept) await emptyKeptEngine(docker);
  return { containerd, dockerd, startDockerd: ready };
}

async function addresses(): Promise<Pick<DockerdOptions, 'bridgeAddress' | 'addressPool'>> {
  const { stdout } = await execa('ip', ['-json', '-4', 'route', 'show', 'table', 'all']);
  const octet = String(freeSecondOctet(routedRanges(stdout)));
  return { bridgeAddress: `10.${octet}.0.1/20`, addressPool: `10.${octet}.128.0/17` };
}

async function untilItAnswers(
  ping: () => Promise<unknown>,
  daemons: readonly [containerd: Daemon, dockerd: Daemon],
  timeoutMs: number,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answered = await ping().then(
      () => true,
      () => false,
    );
    if (answered) return;
    const [dead] = daemons.filter((daemon) => daemon.hasEnded());
    const late = performance.now() > deadline;
    if (dead !== undefined || late) {
      throw new LabError(
        `The private container engine ${late ? `did not answer within ${String(timeoutMs)} ms` : 'ended as it started'}.\n` +
          `Last lines of its log:\n${(dead ?? daemons[1]).logTail()}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function stopEngine(
  layout: EngineLayout,
  { dockerd, containerd }: Daemons,
  docker: PrivateEngine['docker'],
  release: () => void,
): Promise<void> {
  try {
    // A daemon that was killed cannot remove anything; its remains are removed below.
    // Nor can one that hangs; what stays in the kept data is removed when an engine next starts on them.
    if (layout.dataIsKept && !dockerd.hasEnded()) {
      await withinSeconds(
        30,
        emptyKeptEngine(docker).catch(() => undefined),
      );
    }
    // Of fresh data nothing is kept, and a daemon that is asked to end waits for containers that `remains` ends anyway.
    await endProcesses([dockerd.process], layout.dataIsKept ? 20_000 : 0);
    await endProcesses([containerd.process], 5_000);
  } finally {
    await removeEngineRemains(layout);
    release();
  }
}

/** A daemon that hangs must not hang the end of the run. */
async function withinSeconds(seconds: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, seconds * 1000);
  });
  await Promise.race([work, late]).finally(() => {
    clearTimeout(timer);
  });
}
