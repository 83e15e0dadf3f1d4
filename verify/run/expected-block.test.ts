import { expect, test } from 'vitest';
import { withExpected } from './expected-block.ts';

const claim = (block: string): string => `---\nstatement: A statement.\n${block}revision: 1\n---\n\n## Body\n`;
const run = '20261121T101502Z-1a2b3c4d';

test('a first publication takes the place of the empty list and leaves the rest as it is', () => {
  const text = withExpected(claim('expected: []\n'), { on: { acceleration: 'emulated' }, verdict: 'verified', run });
  expect(text).toBe(claim(`expected:\n  - { on: { acceleration: emulated }, verdict: verified, run: ${run} }\n`));
});

test('a publication for the same class of machine replaces the one before, and only that', () => {
  const before = claim(
    'expected:\n  - { on: { acceleration: emulated }, verdict: refuted }\n  - { on: { acceleration: hardware }, verdict: mixed }\n',
  );
  const text = withExpected(before, { on: { acceleration: 'emulated' }, verdict: 'verified', run });
  expect(text).toContain(`{ on: { acceleration: emulated }, verdict: verified, run: ${run} }`);
  expect(text).toContain('{ on: { acceleration: hardware }, verdict: mixed }');
  expect(text).not.toContain('refuted');
});

test('writing the same publication twice changes nothing more', () => {
  const publication = { on: { acceleration: 'hardware', cgroup: 'v2' }, verdict: 'mixed', run } as const;
  const once = withExpected(claim('expected: []\n'), publication);
  expect(withExpected(once, publication)).toBe(once);
});

test('a file without the block gets one, at the end of its frontmatter', () => {
  const text = withExpected(claim(''), { on: { acceleration: 'emulated' }, verdict: 'verified', run });
  expect(text).toBe(
    claim('').replace(
      '---\n\n',
      `expected:\n  - { on: { acceleration: emulated }, verdict: verified, run: ${run} }\n---\n\n`,
    ),
  );
});

test('what stands in the text below is not taken for the block', () => {
  const text = withExpected(`${claim('')}expected: rain\n`, { on: {}, verdict: 'verified', run });
  expect(text).toContain('\nexpected: rain\n');
});

test('a file without frontmatter is refused with what it lacks', () => {
  expect(() => withExpected('expected: []\n', { on: {}, verdict: 'verified', run })).toThrow('has no frontmatter');
});
