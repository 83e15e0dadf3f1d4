import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LabError } from '../errors.ts';

/**
 * Returns `path` once it exists; where it does not, `build` makes it under a temporary name beside it, and a rename puts
 * it in place, so that nobody ever sees half of it. Of several processes that ask at once, one builds and the rest wait.
 */
export async function buildOnce(path: string, build: (temporary: string) => Promise<void>): Promise<string> {
  if (await exists(path)) return path;
  await mkdir(dirname(path), { recursive: true });
  const unlock = await lock(`${path}.lock`);
  const temporary = `${path}.new`;
  try {
    if (await exists(path)) return path;
    await rm(temporary, { recursive: true, force: true });
    await build(temporary);
    await rename(temporary, path);
    return path;
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  } finally {
    await unlock();
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** A lock of the kernel's (flock(2)), held by a process of our own: it is gone with us, however we end. */
async function lock(path: string): Promise<() => Promise<void>> {
  const holder = spawn('flock', [path, 'sh', '-c', 'echo locked; exec cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(holder, 'exit');
  await new Promise<void>((resolve, reject) => {
    holder.stdout.once('data', () => {
      resolve();
    });
    holder.once('error', (cause) => {
      reject(new LabError(`Cannot lock ${path}: the command "flock" of util-linux is missing.`, { cause }));
    });
    holder.once('exit', (code) => {
      reject(new LabError(`Cannot lock ${path}: flock ended with status ${String(code)}.`));
    });
  });
  return async () => {
    holder.stdin.end();
    await ended;
  };
}
