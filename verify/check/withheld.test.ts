import { expect, test } from 'vitest';
import { isJudgedHere, whyRehearsal, whyWithheld } from './withheld.ts';
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

test('a claim whose judged findings all need acceleration is judged with it only, others and attributed ones always', async () => {
  const { claims } = await loadCatalogue();
  const judgedHere = (id: string, lacking: Readonly<Record<string, string>>) => {
    const claim = claims.find((candidate) => candidate.id === id);
    return claim && isJudgedHere(claim, { profile: 'full', missing: lacking });
  };
  const needing = 'operations/containers-scale-faster-than-vms';
  expect(judgedHere(needing, {})).toBe(true);
  expect(judgedHere(needing, missing)).toBe(false);
  expect(judgedHere('startup/container-provisions-in-milliseconds', missing)).toBe(true);
  expect(judgedHere('startup/container-provisions-in-milliseconds', { engine: 'no engine' })).toBe(false);
  expect(judgedHere('security/extra-hardening-is-worth-it', missing)).toBe(true);
});
