import { cpus } from 'node:os';

/**
 * How many checks run side by side: one more than processors, for now and then each of them waits; on a calm machine so
 * many that each of them could have a processor.
 */
export const lanes = { crowded: cpus().length + 1, calm: cpus().length, quiet: 1 } as const;
