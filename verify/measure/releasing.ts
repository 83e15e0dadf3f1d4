import type { Measurement } from './measurement.ts';

/**
 * The measurement, after which what was made for it is released: what one finding or control leaves running would weigh
 * on the next.
 */
export function releasing(made: AsyncDisposableStack, measurement: Measurement): Measurement {
  return {
    ...measurement,
    run: async (context) => {
      try {
        return await measurement.run(context);
      } finally {
        await made.disposeAsync();
      }
    },
  };
}
