import { runCommand } from './command.ts';

await runCommand({
  verify: async () => (await import('./run/verify.ts')).verify,
  coverage: async () => (await import('./claim/coverage-cli.ts')).main,
  judge: async () => (await import('./record/judge-cli.ts')).main,
  'claim:new': async () => (await import('./claim/scaffold-cli.ts')).main,
  bench: async () => (await import('./bench/bench.ts')).main,
});
