import sax from 'sax';
import { expect, test } from 'vitest';
import { atomXml } from './atom.ts';
import { badgeOf, badgeSvg } from './badge.ts';
import { csvField } from './csv.ts';
import { escapeXml } from './xml.ts';

const hostile = `</title><script>alert(1)</script>&"'\u0000\ud800`;

test('a feed with hostile text is still one well-formed document', () => {
  const entry = {
    id: 'a',
    title: hostile,
    url: 'https://x.example/?a&b',
    updated: '2026-11-21T10:15:02Z',
    summary: hostile,
  };
  const xml = atomXml({
    title: hostile,
    url: 'https://x.example/',
    self: 'https://x.example/feed.xml',
    updated: entry.updated,
    entries: [entry],
  });
  // Strict: it throws at the first thing that is not well-formed.
  expect(() => sax.parser(true).write(xml).close()).not.toThrow();
  expect(xml).not.toContain('<script>');
});

test('what XML forbids is replaced, and what it allows is kept', () => {
  expect(escapeXml('a\u0000b\ud800c\n\té')).toBe('a\ufffdb\ufffdc\n\té');
});

test('a badge names its verdict in words, with the day and the machine', () => {
  const badge = badgeOf('not-run', '2026-11-21 · emulated');
  expect(badge).toMatchObject({ schemaVersion: 1, message: 'not run · 2026-11-21 · emulated' });
  const svg = badgeSvg({ ...badge, message: hostile.replace('\u0000', '') });
  expect(svg).not.toContain('<script>');
});

test.each([
  ['plain', 'plain'],
  ['a,b', '"a,b"'],
  ['say "x"', '"say ""x"""'],
  ['two\nlines', '"two\nlines"'],
  ['=1+1', "'=1+1"],
  ['@cmd', "'@cmd"],
  [-1.5, '-1.5'],
])('the field %j is written %s', (value, expected) => {
  expect(csvField(value)).toBe(expected);
});
