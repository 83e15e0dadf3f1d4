import { runCommand } from './command.ts';

await runCommand({
  verify: async () => (await import('./run/verify.ts')).verify,
  coverage: async () => (await import('./claim/coverage-cli.ts')).main,
  judge: async () => (await import('./record/judge-cli.ts')).main,
  merge: async () => (await import('./record/merge-cli.ts')).main,
  audit: async () => (await import('./record/audit-cli.ts')).main,
  contribute: async () => (await import('./record/contribute-cli.ts')).main,
  collect: async () => (await import('./record/collect-cli.ts')).main,
  history: async () => (await import('./record/history-cli.ts')).main,
  'attest:keep': async () => (await import('./record/attest-cli.ts')).main,
  'claim:new': async () => (await import('./claim/scaffold-cli.ts')).main,
  bench: async () => (await import('./bench/bench.ts')).main,
});
