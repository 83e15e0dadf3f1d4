import { cpus } from 'node:os';
import { expect, test } from 'vitest';
import { loadCatalogue } from '../claim/catalogue.ts';
import { shardOf } from './shard.ts';
import { stagesOf } from './stages.ts';

test('every claim with a check is in one stage, and quiet ones are alone at the end', async () => {
  const { claims } = await loadCatalogue();
  const stages = stagesOf(claims);
  const staged = stages.flatMap((stage) => stage.claims.map(({ id }) => id)).sort();
  expect(staged).toEqual(
    claims
      .filter(({ checkFile }) => checkFile !== null)
      .map(({ id }) => id)
      .sort(),
  );
  const quiet = stages.at(-1);
  expect(quiet).toMatchObject({ name: 'quiet', atOnce: 1, after: 'everything' });
  expect(quiet?.claims.every(({ frontmatter }) => frontmatter.quiet !== false)).toBe(true);
});

test('what needs no set-up comes first, so that a verdict is there while the rest is being set up', async () => {
  const { claims } = await loadCatalogue();
  const [first] = stagesOf(claims);
  expect(first).toMatchObject({ name: 'needs nothing', after: 'nothing' });
});

test('of claims that ask for quiet, those of which nothing can be judged here run side by side with others, after set-up', async () => {
  const { claims } = await loadCatalogue();
  const inStage = (name: string, missing = {}) =>
    stagesOf(claims, { missing })
      .find((stage) => stage.name === name)
      ?.claims.map(({ id }) => id) ?? [];
  const [some, fewer] = [inStage('quiet'), inStage('quiet', { acceleration: 'no hardware' })];
  const moved = some.filter((id) => !fewer.includes(id));
  expect(moved).toContain('operations/containers-scale-faster-than-vms');
  expect(fewer).toContain('performance/cpu-near-bare-metal');
  expect(inStage('guests', { acceleration: 'no hardware' })).toEqual(expect.arrayContaining(moved));
  const lacking = { engine: 'none', guest: 'none', root: 'none', packages: 'none' };
  const everywhere = stagesOf(claims, { missing: lacking }).flatMap((stage) => stage.claims.map(({ id }) => id));
  expect(everywhere.sort()).toEqual(claims.flatMap(({ id, checkFile }) => (checkFile === null ? [] : [id])).sort());
});

test('who asks for a calm machine has no more beside it than there are processors', async () => {
  const { claims } = await loadCatalogue();
  const calm = stagesOf(claims).find(({ name }) => name === 'calm');
  expect(calm).toMatchObject({ atOnce: cpus().length, after: 'everything' });
  expect(calm?.claims.every(({ frontmatter }) => frontmatter.quiet === 'calm')).toBe(true);
});

test('a claim of which the quick profile leaves out what needs quiet runs beside others in it', async () => {
  const { claims } = await loadCatalogue();
  const some = claims.filter(({ id }) => id === 'security/extra-hardening-is-worth-it');
  const stagesIn = (profile: 'quick' | 'full') => stagesOf(some, { profile }).map(({ name }) => name);
  expect(stagesIn('full')).toEqual(['quiet']);
  expect(stagesIn('quick')).toEqual(['guests']);
});

test.each([1, 2, 3, 7])('%i shards make up the whole, each claim once, whatever their order', async (count) => {
  const { claims } = await loadCatalogue();
  const parts = Array.from({ length: count }, (_, i) => shardOf([...claims].reverse(), { index: i + 1, count }));
  const ids = parts.flat().map(({ id }) => id);
  expect(ids.sort()).toEqual(claims.map(({ id }) => id).sort());
});
