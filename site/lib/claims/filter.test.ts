import { expect, test } from 'vitest';
import { filterFromQuery, filterToQuery, matches, type FilterRow } from './filter.ts';

const row: FilterRow = {
  text: 'A container is provisioned\n in Milliseconds.',
  topic: 'startup',
  verdict: 'verified',
  articles: ['nickoloff'],
  subjects: ['container', 'host'],
};
const asks = (query: string): boolean => matches(filterFromQuery(query), row);

test.each([
  ['', true],
  ['?q=milliseconds+container', true],
  ['?q=  MILLI  ', true],
  ['?q=minutes', false],
  ['?topic=startup&verdict=verified', true],
  ['?topic=startup&verdict=refuted', false],
  ['?article=nickoloff', true],
  ['?article=php-cn', false],
  ['?subject=host', true],
  ['?subject=guest', false],
])('the address %j shows the row: %s', (query, shown) => {
  expect(asks(query)).toBe(shown);
});

test('a filter survives its way through the address', () => {
  const filter = filterFromQuery('?q=a%26b+c&topic=use-cases');
  expect(filterFromQuery(filterToQuery(filter))).toEqual(filter);
  expect(filterToQuery(filterFromQuery(''))).toBe('');
});
