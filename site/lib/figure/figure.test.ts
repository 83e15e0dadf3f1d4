import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import sax from 'sax';
import { expect, test } from 'vitest';
import { evidenceFor, estimateFor } from '../../fixtures/evidence.ts';
import { frontmatterOf } from '../../fixtures/claims.ts';
import { hostileText } from '../../fixtures/hostile.ts';
import { seeded } from '../../fixtures/random.ts';
import { findingStrips } from '../chart/finding-strips.ts';
import { findingFigure, figureWidth } from './finding-figure.ts';
import { fontFiles } from './font-files.ts';
import { pngOf } from './png.ts';
import { shareImage, shareRoom } from './share-image.ts';
import { textAt } from './svg.ts';
import { wrapText } from './wrap.ts';

const rule = { kind: 'quantileBelow', quantile: 0.5, threshold: 1, unit: 's' } as const;

function strips() {
  const evidence = evidenceFor(rule, true, seeded(1));
  const estimate = estimateFor(evidence);
  return findingStrips({
    id: 'start',
    label: 'start',
    rule,
    role: 'judged',
    outcome: { kind: 'holds', ...(estimate === undefined ? {} : { estimate }) },
    evidence,
    controls: [],
    durationMs: 1,
  });
}

test.each([
  ['one two three', 9, ['one two', 'three']],
  ['one two three four five', 9, ['one two', 'three…']],
  ['one two threefold five', 9, ['one two', 'threefol…']],
  ['abcdefghijklm', 9, ['abcdefghi', 'jklm']],
  ['  spaces   and\nlines ', 11, ['spaces and', 'lines']],
])('%j in two lines of %i signs is %j', (text, signs, lines) => {
  expect(wrapText(text, { size: 100, width: signs * 48, most: 2 })).toEqual(lines);
});

test('the statement of every claim fits its picture, as the faces really run', async () => {
  const size = 54;
  const lines = [...(await frontmatterOf('claims')).values()].flatMap(({ statement }) =>
    wrapText(statement, { size, width: shareRoom, most: 6, face: 'serif' }),
  );
  const drawn = lines.map((line, index) => textAt(0, 60 * index, line, { size, face: 'serif', bold: true }));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="2400" height="100">${drawn.join('')}</svg>`;
  const { width = Infinity } = new Resvg(svg, { font: { fontFiles, loadSystemFonts: false } }).getBBox() ?? {};
  expect(width).toBeGreaterThan(shareRoom / 2);
  expect(width).toBeLessThanOrEqual(shareRoom);
});

test('pictures of hostile text are well-formed and run nothing', () => {
  const figure = { title: hostileText, notes: [hostileText], strips: strips(), source: hostileText };
  for (const svg of [
    findingFigure(figure),
    shareImage({ statement: hostileText, verdict: 'broken', when: hostileText }),
  ]) {
    expect(() => sax.parser(true).write(svg).close()).not.toThrow();
    expect(svg).not.toMatch(/<script|<img/);
  }
});

test('a figure carries its source, its threshold and every sample', () => {
  const svg = findingFigure({
    title: 'Start',
    notes: ['at most 12 ms'],
    strips: strips(),
    source: 'Bare Claims, run 1',
  });
  expect(svg).toContain('Bare Claims, run 1');
  expect(svg).toContain('at most 12 ms');
  expect(svg.match(/<circle /g)).toHaveLength(60);
  expect(svg).toContain('stroke-dasharray');
});

test('a picture as PNG has its own size, and is the same whether it is drawn or was drawn before', async () => {
  const folders = await Promise.all([1, 2].map(() => mkdtemp(join(tmpdir(), 'bare-claims-png-'))));
  const svg = findingFigure({ title: 'Start', notes: [], strips: strips(), source: 'Bare Claims' });
  try {
    const drawn = await Promise.all(folders.map((folder) => pngOf(svg, folder)));
    const kept = await Promise.all(folders.map((folder) => pngOf(svg, folder)));
    const [first = Buffer.alloc(0), ...others] = [...drawn, ...kept];
    expect(first.subarray(1, 4).toString()).toBe('PNG');
    expect(first.readUInt32BE(16)).toBe(figureWidth);
    expect(others.map((other) => other.equals(first))).toEqual([true, true, true]);
    expect(await Promise.all(folders.map(async (folder) => (await readdir(folder)).length))).toEqual([1, 1]);
  } finally {
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
  }
});
