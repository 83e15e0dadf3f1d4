import fc from 'fast-check';
import { expect, test } from 'vitest';
import { claimReview, escapeForScript, type Reviewed } from './json-ld.ts';

const reviewed: Reviewed = {
  statement: 'Virtual machines take minutes to start.',
  verdict: 'refuted',
  verdictLabel: 'Refuted',
  summary: 'A minimal guest answers within a second.',
  url: 'https://bare-claims.example/claims/startup/vm-takes-minutes-to-start/',
  home: 'https://bare-claims.example/',
  measured: '2026-11-21T10:15:02Z',
  articles: [{ title: 'An article', author: 'Somebody', url: undefined }],
};

test('no text can leave the script element that it stands in', () => {
  const hostile = escapeForScript({ text: '</script><script>alert(1)</script>\u2028<!-- &amp;' });
  expect(hostile).not.toMatch(/[<>&\u2028]/);
});

test('whatever is escaped reads back as it was', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(escapeForScript(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test.each([
  ['verified', 5],
  ['mixed', 3],
  ['refuted', 1],
] as const)('a claim that is %s is rated %d of 5', (verdict, ratingValue) => {
  expect(claimReview({ ...reviewed, verdict })).toMatchObject({ reviewRating: { ratingValue } });
});

test.each(['inconclusive', 'not-run', 'attributed', 'broken'] as const)(
  'a claim that is %s is not rated',
  (verdict) => {
    expect(claimReview({ ...reviewed, verdict })).toBeUndefined();
  },
);
