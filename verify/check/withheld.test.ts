import { expect, test } from 'vitest';
import { comesToAnOutcome, whyRehearsal, whyWithheld, whyWithoutCheck } from './withheld.ts';
import { loadCatalogue } from '../claim/catalogue.ts';

const missing = { acceleration: 'no hardware' };
const accelerated = { needs: ['acceleration'], profile: 'quick' } as const;

test.each([
  ['quick', {}, { needs: [], profile: 'quick' }, null],
  ['quick', {}, { needs: [], profile: 'full' }, 'left out of the quick profile'],
  ['full', {}, { needs: [], profile: 'full' }, null],
  ['quick', {}, accelerated, null],
  ['quick', missing, accelerated, 'left out of the quick profile, a rehearsal only. no hardware'],
  ['full', missing, accelerated, null],
  ['full', { ...missing, lsm: 'no module' }, { needs: ['acceleration', 'lsm'], profile: 'quick' }, 'no module'],
] as const)('in the %s profile, where %o is missing, %o is withheld: %s', (profile, lacking, spec, why) => {
  expect(whyWithheld({ ...spec, needs: [...spec.needs] }, { profile, missing: lacking })).toBe(why);
});

test('what needs hardware acceleration is a rehearsal without it, and none with it', () => {
  const spec = { ...accelerated, needs: [...accelerated.needs] };
  expect(whyRehearsal(spec, { missing })).toBe('no hardware');
  expect(whyRehearsal(spec, { missing: {} })).toBeNull();
});

test('a claim whose judged findings all need acceleration comes to an outcome with it only, others and attributed ones always', async () => {
  const { claims } = await loadCatalogue();
  const ends = (id: string, lacking: Readonly<Record<string, string>>) => {
    const claim = claims.find((candidate) => candidate.id === id);
    return claim && comesToAnOutcome(claim, { profile: 'full', missing: lacking });
  };
  const needing = 'operations/containers-scale-faster-than-vms';
  expect(ends(needing, {})).toBe(true);
  expect(ends(needing, missing)).toBe(false);
  expect(ends('startup/container-provisions-in-milliseconds', missing)).toBe(true);
  expect(ends('startup/container-provisions-in-milliseconds', { engine: 'no engine' })).toBe(false);
  expect(ends('security/extra-hardening-is-worth-it', missing)).toBe(true);
});

test.each([
  ['operations/containers-scale-faster-than-vms', 'quick', {}, null],
  ['operations/containers-scale-faster-than-vms', 'full', missing, null],
  ['operations/containers-scale-faster-than-vms', 'quick', missing, 'left out of the quick profile, a rehearsal only.'],
  ['operations/containers-scale-faster-than-vms', 'full', { engine: 'no engine' }, 'no engine'],
  ['storage/bind-mount-near-bare-metal', 'quick', {}, 'left out of the quick profile'],
  ['storage/bind-mount-near-bare-metal', 'full', {}, null],
  ['operations/docker-central-management-is-immature', 'quick', {}, 'left out of the quick profile'],
] as const)(
  'of %s in the %s profile, where %o is missing, the check is done without: %s',
  async (id, profile, lacking, why) => {
    const { claims } = await loadCatalogue();
    const claim = claims.find((candidate) => candidate.id === id);
    if (claim === undefined) throw new Error(`There is no claim ${id}.`);
    const [spec] = Object.values(claim.frontmatter.findings);
    const told = whyWithoutCheck(claim, { profile, missing: lacking });
    expect(spec && told ? told(spec) : told).toEqual(why === null ? null : expect.stringContaining(why));
  },
);
