import { existsSync, rmSync, rmdirSync } from 'node:fs';

/**
 * What engines make outside the folders that they are told to use, innermost first. Which of these is made depends on
 * the engine's version; none holds anything of value once the engine has ended.
 */
const traces = [
  '/etc/docker/key.json',
  '/etc/docker',
  '/run/docker/plugins',
  '/run/docker',
  '/run/containerd/s',
  '/run/containerd/runc',
  '/run/containerd',
  '/opt/containerd/bin',
  '/opt/containerd/lib',
  '/opt/containerd',
] as const;

/** Those that the machine does not have now: whatever of them is there later, an engine of ours made. */
export function absentTraces(): string[] {
  return traces.filter((path) => !existsSync(path));
}

/** Removes those of the given that are there: the key file, and folders if empty. Returns what was removed. */
export function removeTraces(absentBefore: readonly string[]): string[] {
  return traces.filter((path) => {
    if (!absentBefore.includes(path)) return false;
    try {
      if (path.endsWith('.json')) rmSync(path);
      else rmdirSync(path);
      return true;
    } catch {
      // Not made, or in use by another engine that started meanwhile.
      return false;
    }
  });
}
