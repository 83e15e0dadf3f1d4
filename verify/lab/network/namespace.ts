import { randomBytes } from 'node:crypto';
import { execa } from 'execa';
import type { Namespace } from './types.ts';
import { LabError, NotHereError } from '../errors.ts';
import { endProcesses, identityOf } from '../host/process.ts';
import { hostSubject } from '../host/subject.ts';
import { ownName } from '../places.ts';

/** Makes an empty network namespace: loopback only. Needs root on Linux. */
export async function createNamespace(runId: string, label = 'network namespace'): Promise<Namespace> {
  if (process.getuid?.() !== 0 || process.platform !== 'linux') {
    throw new NotHereError('Making network namespaces needs root on Linux; run with sudo.');
  }
  // The reaper knows it by the run id in its name.
  const name = `${ownName}-${runId}-n${randomBytes(3).toString('hex')}`;
  await ip('netns', 'add', name);
  await ip('-n', name, 'link', 'set', 'lo', 'up');
  const path = `/run/netns/${name}`;
  return {
    ...hostSubject({ runId, netns: path, label }),
    name,
    path,
    [Symbol.asyncDispose]: () => removeNamespace(name),
  };
}

/** Ends what runs in the namespace and deletes it; devices inside go with it. */
export async function removeNamespace(name: string): Promise<void> {
  const { stdout } = await execa('ip', ['netns', 'pids', name], { reject: false });
  await endProcesses(stdout.split('\n').filter(Boolean).map(Number).map(identityOf), 0);
  await execa('ip', ['netns', 'delete', name], { reject: false });
}

/** Runs iproute2's `ip`. @throws LabError with what it said. */
export async function ip(...args: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await execa('ip', args, { reject: false });
  if (exitCode !== 0) throw new LabError(`ip ${args.join(' ')} failed: ${stderr}`);
}
