import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { PrivateEngine } from './types.ts';
import { tailOf } from '../host/exec-outcome.ts';
import { processIds } from '../host/process.ts';

/** Of the hundreds of goroutines that a healthy daemon has, those that start, remove or follow a container. */
const atWork =
  /ContainerStart|ContainerRm|ProcessEvent|containerd\/(services\/(tasks|containers|events)|runtime\/v2|metadata)/;

/**
 * What an engine of ours that hangs is waiting for, for whoever must find out why: the last lines of both daemons' logs,
 * processes that the kernel holds, and where the daemons' goroutines are (both write them down on SIGUSR1: Docker's
 * documentation, "Force a stack trace to be logged").
 */
export async function engineLastWords(engine: PrivateEngine): Promise<string> {
  const folder = dirname(engine.socketPath);
  const { containerdPid } = engine;
  for (const daemon of [engine.pid(), containerdPid]) {
    try {
      process.kill(daemon, 'SIGUSR1');
    } catch {
      // It has ended: its log says why.
    }
  }
  await delay(2_000);
  const exec = join(folder, 'x');
  const dumped = existsSync(exec) ? readdirSync(exec).filter((name) => name.startsWith('goroutine-stacks')) : [];
  const parts = [
    ...['dockerd', 'containerd'].map((name) => [`${name} logged last`, tailOf(textOf(join(folder, `${name}.log`)), 6)]),
    ['held by the kernel', held()],
    ...dumped.map((name) => ['dockerd waits', waiting(textOf(join(exec, name)))]),
    ['containerd waits', waiting(textOf(join(folder, `containerd.${String(containerdPid)}.stacks.log`)))],
  ];
  return parts.map(([what = '', text = '']) => `${what}: ${text === '' ? 'nothing' : `\n${text}`}`).join('\n');
}

/** Processes in uninterruptible sleep (proc(5): state D), with the kernel's functions that they are in. */
function held(): string {
  const found = processIds().flatMap((pid) => {
    const folder = `/proc/${String(pid)}`;
    const [, name, state] = /\((.*)\) (\w)/s.exec(textOf(`${folder}/stat`)) ?? [];
    if (name === undefined || state !== 'D') return [];
    const frames = [...textOf(`${folder}/stack`).matchAll(/\] (\w+)/g)].map(([, frame]) => frame);
    return [`${name} (${String(pid)}): ${frames.slice(0, 8).join(' < ')}`];
  });
  return found.slice(0, 12).join('\n');
}

/** Goroutines of a dump in the same place are told once, with how many there are: innermost function first. */
function waiting(dump: string): string {
  const places = new Map<string, number>();
  for (const goroutine of dump.split('\n\n')) {
    const state = /^goroutine \d+ \[(.*)\]:/m.exec(goroutine)?.[1];
    if (state === undefined || !atWork.test(goroutine)) continue;
    const functions = [...goroutine.matchAll(/^(?:[^\s(]*\/)?([^\s/]+)\(.*\)$/gm)].map(([, name]) => name);
    const place = `[${state}] ${functions.slice(0, 9).join(' < ')}`;
    places.set(place, (places.get(place) ?? 0) + 1);
  }
  return [...places]
    .map(([place, count]) => `${String(count)} × ${place}`.slice(0, 400))
    .slice(0, 8)
    .join('\n');
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
