import { defineConfig } from 'vitest/config';

/** The suite's own tests. Checks of claims run through `npm run verify`, which brings its own configuration. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['verify/**/*.test.{ts,js}', 'site/**/*.test.ts'],
          testTimeout: 10_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['verify/e2e/*.e2e.ts', 'site/e2e/*.e2e.ts'],
          pool: 'forks',
          // Engines, guests and mounts are the machine's: two tests at once would see each other's.
          fileParallelism: false,
          maxConcurrency: 3,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
