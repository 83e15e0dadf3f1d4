import { expect, test } from 'vitest';
import { judgeFinding, type ControlTaken, type Taken } from './finding.ts';
import { sampled } from './fixture.ts';
import type { Rule } from './rule.ts';

const rule: Rule = { kind: 'isTrue' };
const saw = (value: boolean): Taken => ({ kind: 'evidence', evidence: { kind: 'truth', value, saw: '' } });
const absent: Taken = { kind: 'not-run', because: 'there is no engine' };
const crashed: Taken = { kind: 'broken', because: 'connection reset' };
const misfit: Taken = { kind: 'evidence', evidence: sampled([1]) };
const control = (must: 'hold' | 'fail', taken: Taken): ControlTaken => ({ id: `must-${must}`, must, taken });

test.each<[string, Taken, ControlTaken[], string]>([
  ['holds beside a control that failed as it must', saw(true), [control('fail', saw(false))], 'holds'],
  ['fails beside a control that held as it must', saw(false), [control('hold', saw(true))], 'fails'],
  ['holds beside both', saw(true), [control('fail', saw(false)), control('hold', saw(true))], 'holds'],
  ['holds, and only a control that must hold too', saw(true), [control('hold', saw(true))], 'undecided'],
  ['fails, and only a control that must fail too', saw(false), [control('fail', saw(false))], 'undecided'],
  ['no control at all', saw(true), [], 'undecided'],
  ['a control that must fail and holds', saw(true), [control('fail', saw(true))], 'broken'],
  ['a control that must hold and fails', saw(false), [control('hold', saw(false))], 'broken'],
  [
    'one control as declared and one not',
    saw(true),
    [control('fail', saw(false)), control('hold', saw(false))],
    'broken',
  ],
  ['a control that could not be run', saw(true), [control('fail', absent)], 'undecided'],
  [
    'one that opposed and one that could not be run',
    saw(true),
    [control('fail', saw(false)), control('hold', absent)],
    'undecided',
  ],
  ['a control whose program failed', saw(true), [control('fail', crashed)], 'broken'],
  ['a control with evidence that does not fit', saw(true), [control('fail', misfit)], 'broken'],
  ['a subject that could not be run', absent, [control('fail', absent)], 'not-run'],
  ['a subject whose program failed', crashed, [control('fail', saw(false))], 'broken'],
])('%s', (_, subject, controls, expected) => {
  const judged = judgeFinding({ rule, role: 'judged', subject, controls });
  expect(judged.outcome.kind).toBe(expected);
  expect(judged.controls.map(({ id }) => id)).toEqual(controls.map(({ id }) => id));
});

test('a supporting finding may do without a control, but not with one that came out otherwise', () => {
  const judge = (controls: ControlTaken[]) => judgeFinding({ rule, role: 'supporting', subject: saw(true), controls });
  expect(judge([]).outcome.kind).toBe('holds');
  expect(judge([control('fail', saw(true))]).outcome.kind).toBe('broken');
});

test('a broken control is named with its reason', () => {
  const { outcome } = judgeFinding({
    rule,
    role: 'judged',
    subject: saw(true),
    controls: [control('fail', saw(true))],
  });
  expect(outcome).toHaveProperty('because', expect.stringMatching(/"must-fail" must fail and it held/));
});

const emulated = { bound: 'upper', emulated: true, clock: 'wall' } as const;
const boots = (seconds: number): Taken => ({
  kind: 'evidence',
  evidence: sampled(new Array<number>(6).fill(seconds), emulated),
});
const minutes: Rule = { kind: 'quantileAtLeast', quantile: 0.5, threshold: 60, unit: 's' };

test('under emulation a guest that is told to wait a minute shows that the instrument would see minutes', () => {
  const controls = [control('hold', boots(75))];
  expect(judgeFinding({ rule: minutes, role: 'judged', subject: boots(15), controls }).outcome.kind).toBe('fails');
});

test('under emulation a guest that is slow by itself still proves nothing', () => {
  const controls = [control('fail', boots(1)), control('hold', boots(200))];
  expect(judgeFinding({ rule: minutes, role: 'judged', subject: boots(90), controls }).outcome.kind).toBe('undecided');
});

test('a control that stayed undecided leaves the finding undecided, for its reason', () => {
  const few: Taken = { kind: 'evidence', evidence: sampled([75, 75], emulated) };
  const { outcome } = judgeFinding({
    rule: minutes,
    role: 'judged',
    subject: boots(15),
    controls: [control('hold', few)],
  });
  expect(outcome).toMatchObject({
    kind: 'undecided',
    because: expect.stringMatching(/stayed undecided: .*at least 6 samples/) as string,
  });
});
