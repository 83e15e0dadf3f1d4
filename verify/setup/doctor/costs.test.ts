import { expect, test } from 'vitest';
import { findingSchema, type Need } from '../../claim/claim.ts';
import { costsOf } from './costs.ts';

const finding = (needs: readonly Need[], role: 'judged' | 'supporting' = 'judged') =>
  findingSchema.parse({ label: 'a question', rule: { kind: 'isTrue' }, role, needs });

const claims = [
  { id: 'a/plain', frontmatter: { needs: [], findings: { one: finding([]) } } },
  { id: 'b/guest', frontmatter: { needs: ['guest'], findings: { one: finding([]) } } },
  { id: 'c/part', frontmatter: { needs: [], findings: { one: finding([]), two: finding(['guest']) } } },
  {
    id: 'd/all-judged',
    frontmatter: { needs: [], findings: { one: finding(['guest']), two: finding([], 'supporting') } },
  },
  { id: 'e/opinion', frontmatter: { needs: [], findings: {} } },
] satisfies Parameters<typeof costsOf>[1];

test('a claim is lost with a need of its own or of all its judged findings, and cut with one of some', () => {
  expect(costsOf(['guest'], claims)).toEqual({ whole: ['b/guest', 'd/all-judged'], inPart: ['c/part'] });
});

test('what no claim needs costs nothing', () => {
  expect(costsOf(['lsm'], claims)).toEqual({ whole: [], inPart: [] });
  expect(costsOf([], claims)).toEqual({ whole: [], inPart: [] });
});
