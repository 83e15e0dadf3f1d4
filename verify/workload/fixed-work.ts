import { stressRun, type StressJob } from './stress-ng.ts';
import type { Subject } from '../lab/subject.ts';

/**
 * Sorting integers, multiplying matrices of double-precision numbers, the four kernels of STREAM over arrays far larger
 * than a core's own caches, and following a list whose nodes lie in random order.
 */
export type FixedWork = 'integer' | 'floating-point' | 'bandwidth' | 'latency';

/** Stressors of stress-ng(1), and how many operations take a tenth of a second on a server of the 2020s. */
const works: Readonly<Record<FixedWork, Pick<StressJob, 'stressor' | 'operations' | 'extra'>>> = {
  integer: { stressor: 'qsort', operations: 2 },
  'floating-point': {
    stressor: 'matrix',
    operations: 64,
    extra: ['--matrix-method', 'prod', '--matrix-size', '128'],
  },
  bandwidth: { stressor: 'stream', operations: 4, extra: ['--stream-l3-size', '4M'] },
  latency: {
    stressor: 'randlist',
    operations: 4,
    extra: ['--randlist-items', '200000', '--randlist-size', '64', '--randlist-compact'],
  },
};

/** Seconds that the work took, by the kernel's account of the processor time (all of it) and by the clock. */
export interface Spent {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

/**
 * Does a fixed amount of work on one processor. `times`: so many times the usual amount; it is rounded to the tool's
 * operations.
 */
export async function doWork(
  subject: Subject,
  work: FixedWork,
  { times = 1, processor = 0 }: { readonly times?: number; readonly processor?: number } = {},
): Promise<Spent> {
  const { stressor, operations, extra = [] } = works[work];
  const { cpuSeconds, seconds } = await stressRun(subject, {
    stressor,
    operations: Math.round(operations * times),
    extra: [...extra, '--taskset', String(processor)],
  });
  return { cpuSeconds, wallSeconds: seconds };
}
