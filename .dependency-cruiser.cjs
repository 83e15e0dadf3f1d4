/**
 * Who may import whom. Each part knows only those before it: a claim states, a check measures, a rule decides, a
 * record keeps, a page shows. What a part does not name here it may not import; `run`, `setup` and the command line
 * may import all.
 */
const mayImport = {
  lab: [],
  workload: ['lab'],
  statistics: ['verdict'],
  verdict: ['statistics'],
  measure: ['lab', 'workload', 'statistics', 'verdict'],
  claim: ['verdict'],
  record: ['verdict', 'claim', 'lab/places.ts'],
  bench: ['lab', 'workload', 'measure', 'statistics', 'verdict', 'claim', 'record', 'check', 'run'],
  check: ['lab', 'workload', 'measure', 'statistics', 'verdict', 'claim', 'record'],
};

const tests = '\\.(test|e2e)\\.ts$';

const directions = Object.entries(mayImport).map(([part, others]) => ({
  name: `${part}-knows-only-those-before-it`,
  comment: `verify/${part}/ may import ${['itself', ...others].join(', ')}.`,
  severity: 'error',
  from: { path: `^verify/${part}/`, pathNot: tests },
  to: { path: '^(verify|claims|site)/', pathNot: `^verify/(${[part, ...others].join('|')})(/|$)` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...directions,
    {
      name: 'claims-use-the-public-entry',
      comment: 'A check imports #verify (verify/index.ts), and from Node, nothing else: no statistics, no plumbing.',
      severity: 'error',
      from: { path: '^claims/' },
      to: { pathNot: '^verify/index\\.ts$', dependencyTypesNot: ['core'] },
    },
    {
      name: 'site-reads-contracts-only',
      comment: 'The site shows what records say; it measures nothing.',
      severity: 'error',
      from: { path: '^site/', pathNot: '^site/e2e/' },
      to: { path: '^(verify|claims)/', pathNot: '^verify/(claim|verdict|record)/' },
    },
    {
      name: 'verify-knows-no-site',
      severity: 'error',
      from: { path: '^verify/' },
      to: { path: '^site/' },
    },
    {
      name: 'no-circles',
      comment: 'Values that need each other belong together. Types may: they are gone when the code runs.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-development-packages-at-work',
      comment: 'What verify runs on is a dependency, not a devDependency.',
      severity: 'error',
      from: { path: '^verify/', pathNot: [tests, '/fixture\\.ts$', '^verify/e2e/'] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^astro:' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { conditionNames: ['import', 'node', 'default', 'types'], exportsFields: ['exports'] },
  },
};
