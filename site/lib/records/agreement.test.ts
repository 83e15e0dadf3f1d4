import { expect, test } from 'vitest';
import type { HostFacts } from '../../../verify/record/record.ts';
import type { Verdict } from '../../../verify/verdict/verdict.ts';
import { fixtureHost, fixtureRecord } from '../../fixtures/record.ts';
import { agreementOf, splittingInWords, splittingsOf } from './agreement.ts';
import { standingOf } from './current.ts';
import { summarise, type RunSummary } from './summary.ts';

const claim = 'topic/claim';
const kinds: readonly HostFacts[] = [
  fixtureHost,
  { ...fixtureHost, lsms: [] },
  { ...fixtureHost, accelerator: { kind: 'kvm', because: '' } },
];

/** A run a machine, newest last. */
function standing(...verdicts: readonly Verdict[]) {
  const runs = verdicts.map((verdict, index): RunSummary => {
    const record = fixtureRecord(new Map(), {
      run: `2026112${String(index)}T101502Z-1a2b3c4d`,
      host: kinds[index % 3] ?? fixtureHost,
    });
    const of = { run: record.run, claim, verdict, summary: '', revision: 1, checkDigest: null, durationMs: 1 };
    return { ...summarise(record, 'reference', ''), claims: new Map([[claim, of]]) };
  });
  return standingOf(claim, 1, runs.toReversed());
}

test.each([
  [[], 'undecided'],
  [['inconclusive'], 'undecided'],
  [['verified'], 'single'],
  [['verified', 'not-run'], 'single'],
  [['verified', 'verified'], 'agreed'],
  [['verified', 'refuted'], 'split'],
  [['verified', 'verified', 'mixed'], 'split'],
] as const)('machines that say %j are %s', (verdicts, agreement) => {
  expect(agreementOf(standing(...verdicts))).toBe(agreement);
});

test('what separates machines is told in words, and only where they disagree', () => {
  expect(splittingsOf(standing('verified', 'verified'))).toEqual([]);
  const [splitting] = splittingsOf(standing('verified', 'refuted', 'verified'));
  expect(splitting?.attribute).toBe('Security module');
  expect(splitting && splittingInWords(splitting, (verdict) => verdict)).toBe(
    'none: refuted (1); apparmor: verified (2)',
  );
});
