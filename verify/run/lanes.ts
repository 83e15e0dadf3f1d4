import { cpus } from 'node:os';

/** How many checks of a parallel stage run side by side. */
export const lanes = Math.max(2, cpus().length);
