import { expect, test } from 'vitest';
import { markdownTable } from './markdown-table.ts';

test('columns are as wide as their widest cell, and at least as the formatter makes them', () => {
  expect(markdownTable(['what', 'n'], [['a longer cell', '7']])).toBe(
    '| what          | n   |\n| ------------- | --- |\n| a longer cell | 7   |',
  );
  expect(markdownTable(['n'], [])).toBe('| n   |\n| --- |');
});
