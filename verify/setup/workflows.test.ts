import { readdirSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

// The parser imports JSON as bundlers take it and Node does not: without saying that it is JSON.
const hooks = registerHooks({
  resolve: (specifier, context, next) => {
    const found = next(specifier, context);
    return specifier.endsWith('.json') ? { ...found, importAttributes: { type: 'json' } } : found;
  },
});
const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import('@actions/workflow-parser');
hooks.deregister();

const folder = '.github/workflows';
const files = readdirSync(folder);
const read = (name: string): string => readFileSync(`${folder}/${name}`, 'utf8');

const stepSchema = z.looseObject({ uses: z.string().optional(), run: z.string().optional() });
const workflowSchema = z.looseObject({
  permissions: z.record(z.string(), z.string()),
  concurrency: z.looseObject({ group: z.string() }),
  jobs: z.record(
    z.string(),
    z.looseObject({
      'timeout-minutes': z.number(),
      permissions: z.record(z.string(), z.string()).optional(),
      steps: z.array(stepSchema),
    }),
  ),
});
const steps = (name: string) => Object.values(workflowSchema.parse(parse(read(name))).jobs).flatMap((job) => job.steps);

test('these are the workflows', () => {
  expect(files.sort()).toEqual(['check.yml', 'contribute.yml', 'publish.yml', 'verify.yml']);
});

test.each(files)("%s is what GitHub's own parser takes for a workflow", async (name) => {
  const { context, value } = parseWorkflow({ name, content: read(name) }, new NoOperationTraceWriter());
  expect(context.errors.getErrors().map(({ message }) => message)).toEqual([]);
  if (value === undefined) throw new Error('The parser returned nothing.');
  const template = await convertWorkflowTemplate(context, value);
  expect(template.errors ?? []).toEqual([]);
  expect(template.jobs.length).toBeGreaterThan(0);
});

test('that parser refuses what is no workflow, so that its silence says something', () => {
  const content = 'on: push\njobs:\n  a:\n    runs_on: x\n    steps: []\n';
  const { context } = parseWorkflow({ name: 'x.yml', content }, new NoOperationTraceWriter());
  expect(context.errors.getErrors()).not.toEqual([]);
});

test.each(files)(
  '%s may read and no more unless a job says otherwise, ends in time, and does not run twice at once',
  (name) => {
    const { permissions, jobs } = workflowSchema.parse(parse(read(name)));
    expect(permissions).toEqual({ contents: 'read' });
    for (const job of Object.values(jobs)) {
      expect(job['timeout-minutes']).toBeLessThanOrEqual(90);
      const writes = Object.entries(job.permissions ?? {}).filter(([, value]) => value === 'write');
      expect(
        writes.map(([scope]) => scope).filter((scope) => !['id-token', 'attestations', 'pages'].includes(scope)),
      ).toEqual([]);
    }
  },
);

test.each(files)(
  '%s pins every action by its commit, with the version beside it, and one commit each everywhere',
  (name) => {
    for (const line of read(name)
      .split('\n')
      .filter((text) => text.includes('uses:'))) {
      expect(line).toMatch(/uses: actions\/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
    const all = files.flatMap((file) => [...read(file).matchAll(/uses: (actions\/[a-z-]+)@([0-9a-f]{40} # \S+)/g)]);
    const commits = new Map<string, Set<string>>();
    for (const [, action = '', commit = ''] of all) commits.set(action, (commits.get(action) ?? new Set()).add(commit));
    expect([...commits.values()].filter((set) => set.size > 1)).toEqual([]);
  },
);

test.each(files)(
  'every command of %s is one package script that is there, and no text of an event is put into it',
  (name) => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync('package.json', 'utf8')));
    for (const { run } of steps(name)) {
      if (run === undefined) continue;
      const [, script] = /^npm (?:run )?([a-z:]+)(?: -- [^;&|<>`\n]+)?$/.exec(run) ?? [];
      expect(Object.keys(scripts), run).toContain(script);
      expect(
        [...run.matchAll(/\$\{\{ *(.*?) *\}\}/g)]
          .map(([, expression]) => expression)
          .filter((one) => !/^matrix\.\w+$/.test(one ?? '')),
      ).toEqual([]);
    }
  },
);
