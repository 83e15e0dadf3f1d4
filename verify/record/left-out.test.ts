import { expect, test } from 'vitest';
import { claimRecord } from './fixture.ts';
import { lacksFullProfile, leftOutOfQuick, leftOutSentence } from './left-out.ts';

test('what the quick profile leaves out is named: a claim as a whole, or some of its findings', () => {
  const [finding] = claimRecord({ id: 'a/one' }).findings;
  if (finding === undefined) throw new Error('the fixture has no finding');
  const out = (id: string) => ({ ...finding, id, outcome: { kind: 'not-run' as const, because: leftOutOfQuick } });
  const lacking = { ...finding, id: 'lacking', outcome: { kind: 'not-run' as const, because: 'no engine' } };
  const claims = [
    claimRecord({ id: 'a/whole', findings: [out('x'), out('y')] }),
    claimRecord({ id: 'b/some', findings: [finding, out('slow'), lacking] }),
    claimRecord({ id: 'c/none', findings: [finding, lacking] }),
  ];
  expect(leftOutSentence({ claims })).toBe('Left to the full profile: a/whole; b/some (slow).');
  expect(leftOutSentence({ claims: claims.slice(2) })).toBeNull();
});

test.each([
  ['not-run', leftOutOfQuick, true],
  ['not-run', `${leftOutOfQuick}, a rehearsal only. no hardware`, true],
  ['not-run', 'There is no container engine here.', false],
  ['refuted', leftOutOfQuick, false],
] as const)(
  'a claim that is %s, of which a finding is not run (%s), waits for the full profile: %s',
  (verdict, because, waits) => {
    const [finding] = claimRecord({ id: 'a/one' }).findings;
    if (finding === undefined) throw new Error('the fixture has no finding');
    expect(lacksFullProfile({ verdict, findings: [{ ...finding, outcome: { kind: 'not-run', because } }] })).toBe(
      waits,
    );
  },
);
