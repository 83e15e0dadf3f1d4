import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimOf, expectClean, newRuns, verdicts, type Ended, type Runs } from './fixtures/command.ts';
import { fetchIngredients } from './fixtures/fetched.ts';
import { ownLane } from './fixtures/own-lane.ts';
import { loadCatalogue } from '../claim/catalogue.ts';
import { startPrivateEngine } from '../lab/engine/private.ts';
import type { PrivateEngine } from '../lab/engine/types.ts';
import type { RunRecord } from '../record/record.ts';

// The command, on the machine of an engine that makes container root an unprivileged user: what should come out
// otherwise there does, and nothing else.
ownLane();
let engine: PrivateEngine;
let runs: Runs;
let ended: Ended;
let record: RunRecord;

/** Claim -> as published for an engine by default, and on an engine that remaps. */
const changed = { 'security/container-root-is-host-root': ['verified', 'refuted'] } as const;
/** Their controls share the host's namespaces with a container, which a remapping engine allows only unmapped. */
const unchanged = {
  'architecture/containers-are-namespaces-and-cgroups': 'verified',
  'architecture/namespaced-process-sees-a-subset': 'mixed',
  'isolation/container-cannot-read-outside-memory': 'verified',
} as const;

beforeAll(async () => {
  await fetchIngredients();
  engine = await startPrivateEngine({ runId: '20260101T000000Z-00e20031', usernsRemap: true });
  runs = newRuns();
  ended = await runs.verify([...Object.keys(changed), ...Object.keys(unchanged), '--profile', 'quick', '--yes'], {
    // The namespace in which the engine's network is, so that "the host's network" is the same for both.
    inside: ['nsenter', `--net=${engine.netns}`, '--'],
    env: {
      BARE_CLAIMS_ROOT: fileURLToPath(new URL('../../claims', import.meta.url)),
      DOCKER_HOST: `unix://${engine.socketPath}`,
    },
  });
  record = await runs.record();
}, 300_000);
afterAll(async () => {
  await engine.stop();
  runs[Symbol.dispose]();
});

test('that container root is host root is published as verified and refuted where users are remapped', async () => {
  const { claims } = await loadCatalogue();
  for (const [id, [published, remapped]] of Object.entries(changed)) {
    const expected = claims.find((claim) => claim.id === id)?.frontmatter.expected ?? [];
    expect(expected.map(({ verdict }) => verdict)).toContain(published);
    expect(verdicts(record)).toMatchObject({ [id]: remapped });
    expect(ended.stdout).toMatch(new RegExp(`${id} is published as ${published}`));
  }
  await expectClean(record.run, ended);
});

test('what namespaces and groups do is the same, and controls that share with the host still work', () => {
  expect(verdicts(record)).toMatchObject(unchanged);
});

test('a container then has only a part of the user ids', () => {
  const { findings } = claimOf(record, 'architecture/namespaced-process-sees-a-subset');
  expect(findings.find(({ id }) => id === 'users')?.outcome.kind).toBe('holds');
});
