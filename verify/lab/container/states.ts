import type Docker from 'dockerode';
import type { Network } from '../network/types.ts';
import { containerExec } from './exec.ts';
import { logsOf, waitForOutput } from './logs.ts';
import { putFiles } from './put-files.ts';
import type { Container, CreatedContainer, StoppedContainer } from './types.ts';
import { LabError } from '../errors.ts';
import { tailOf } from '../host/exec-outcome.ts';

/** The three states of a container, each its own type. */
export function created(docker: Docker.Container, label: string): CreatedContainer {
  return {
    id: docker.id,
    docker,
    inspect: () => docker.inspect(),
    start: () => started(docker, label),
    [Symbol.asyncDispose]: () => remove(docker),
  };
}

async function started(docker: Docker.Container, label: string): Promise<Container> {
  await docker.start();
  return running(docker, label);
}

async function running(docker: Docker.Container, label: string): Promise<Container> {
  const { State } = await docker.inspect();
  return {
    kind: 'container',
    label,
    emulated: false,
    id: docker.id,
    pid: State.Pid,
    docker,
    exec: (command, options) => containerExec(docker, label, command, options),
    address: (network) => addressOf(docker, label, network),
    publishedPort: (port, protocol) => publishedPort(docker, label, port, protocol),
    inspect: () => docker.inspect(),
    stats: () => docker.stats({ stream: false }),
    logs: () => logsOf(docker),
    waitForOutput: (text, timeoutMs) => waitForOutput(docker, label, text, timeoutMs),
    wait: (timeoutMs) => waitForExit(docker, label, timeoutMs),
    stop: async ({ timeoutSeconds = 10 } = {}) => {
      await docker.stop({ t: timeoutSeconds });
      return stopped(docker, label);
    },
    kill: async (signal = 'SIGKILL') => {
      await docker.kill({ signal });
    },
    restart: async ({ timeoutSeconds = 10 } = {}) => {
      await docker.restart({ t: timeoutSeconds });
      return running(docker, label);
    },
    pause: async () => {
      await docker.pause();
    },
    unpause: async () => {
      await docker.unpause();
    },
    restartCount: async () => (await docker.inspect()).RestartCount,
    putFiles: (files) => putFiles(docker, files),
    [Symbol.asyncDispose]: () => remove(docker),
  };
}

async function stopped(docker: Docker.Container, label: string): Promise<StoppedContainer> {
  const { State } = await docker.inspect();
  return {
    id: docker.id,
    exitCode: State.ExitCode,
    oomKilled: State.OOMKilled,
    docker,
    inspect: () => docker.inspect(),
    start: () => started(docker, label),
    [Symbol.asyncDispose]: () => remove(docker),
  };
}

async function remove(docker: Docker.Container): Promise<void> {
  try {
    await docker.remove({ force: true, v: true });
  } catch (error) {
    // 404: gone already; 409: its removal is under way (auto-remove).
    const { statusCode } = error as { statusCode?: number };
    if (statusCode !== 404 && statusCode !== 409) throw error;
  }
}

async function addressOf(docker: Docker.Container, label: string, network: Network | undefined): Promise<string> {
  const { NetworkSettings } = await docker.inspect();
  const attached = Object.values(NetworkSettings.Networks);
  const [first] = network === undefined ? attached : attached.filter(({ NetworkID }) => NetworkID === network.id);
  if (first === undefined || first.IPAddress === '') {
    throw new LabError(
      `The ${label} has no IPv4 address${network === undefined ? '' : ` in network ${network.name}`}.`,
    );
  }
  return first.IPAddress;
}

async function publishedPort(
  docker: Docker.Container,
  label: string,
  port: number,
  protocol: 'tcp' | 'udp' = 'tcp',
): Promise<number> {
  const { NetworkSettings } = await docker.inspect();
  const key = `${String(port)}/${protocol}`;
  const bindings = NetworkSettings.Ports as Readonly<
    Record<string, readonly { HostPort: string }[] | null | undefined>
  >;
  const found = bindings[key]?.[0]?.HostPort;
  if (found === undefined) throw new LabError(`The ${label} publishes no port ${key}.`);
  return Number(found);
}

async function waitForExit(docker: Docker.Container, label: string, timeoutMs = 60_000): Promise<number> {
  const abort = new AbortController();
  const timer = setTimeout(() => {
    abort.abort();
  }, timeoutMs);
  try {
    const { StatusCode } = (await docker.wait({ abortSignal: abort.signal })) as { StatusCode: number };
    return StatusCode;
  } catch (cause) {
    if (!abort.signal.aborted) throw cause;
    const { stdout, stderr } = await logsOf(docker);
    throw new LabError(
      `The ${label} did not end within ${String(timeoutMs)} ms.\nLast lines:\n${tailOf(stdout + stderr)}`,
      { cause },
    );
  } finally {
    clearTimeout(timer);
  }
}
