import { runCommand } from '../command.ts';

/** Commands about the machine and the suite itself; those about claims are in ../cli.ts. */
await runCommand({
  doctor: async () => (await import('./doctor/doctor.ts')).doctor,
  setup: async () => (await import('./set-up.ts')).setUp,
  'kvm:open': async () => (await import('./open-kvm.ts')).openKvm,
  release: async () => (await import('./release.ts')).release,
  teardown: async () => (await import('./teardown/teardown.ts')).teardown,
  'ci-summary': async () => (await import('./test/ci-summary.ts')).ciSummary,
  test: async () => (await import('./test/test.ts')).testAll,
  'test:unit': async () => (await import('./test/test.ts')).testUnit,
  'test:e2e': async () => (await import('./test/test.ts')).testEndToEnd,
});
