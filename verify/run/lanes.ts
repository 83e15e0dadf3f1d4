import { cpus } from 'node:os';

/** How many checks of a parallel stage run side by side: one more than processors, for now and then each of them waits. */
export const lanes = cpus().length + 1;
