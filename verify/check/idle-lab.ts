import type { Subject } from '../lab/subject.ts';

/** A subject in which every workload does nothing, at once and with success: one of the lies of `--sabotage`. */
export function idle<T extends Subject>(subject: T): T {
  return Object.assign(Object.create(subject) as T, {
    exec: () => Promise.resolve({ exitCode: 0, stdout: '', stderr: '', durationMs: 0 }),
  });
}
