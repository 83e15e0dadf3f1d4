import fc from 'fast-check';

/** A change of a text somewhere: a piece cut out, doubled, or replaced by anything. */
export function mutatedText(text: string): fc.Arbitrary<string> {
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom(
      '',
      '\n',
      '---\n',
      '"',
      "'",
      '{',
      '}',
      '[',
      '&a',
      '*a',
      '!!js/function',
      '\t',
      ': ',
      '- ',
      '\0',
      '9'.repeat(400),
    ),
  );
  const edit = fc.tuple(fc.nat(text.length), fc.nat(200), anything);
  return fc
    .array(edit, { minLength: 1, maxLength: 3 })
    .map((edits) => edits.reduce((now, [at, length, put]) => now.slice(0, at) + put + now.slice(at + length), text));
}

/** Any JSON. */
const anyJson: fc.Arbitrary<unknown> = fc.jsonValue({ maxDepth: 2 });

/** A value in which one place, however deep, holds another value of any kind, or is gone. */
export function mutatedValue(
  value: unknown,
): fc.Arbitrary<{ readonly path: readonly string[]; readonly value: unknown }> {
  const put = fc.option(anyJson, { nil: undefined });
  return fc
    .constantFrom(...pathsOf(value))
    .chain((path) => put.map((other) => ({ path, value: replaced(value, path, other) })));
}

function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, part]) => pathsOf(part, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: readonly string[], put: unknown): unknown {
  if (key === undefined) return put;
  if (Array.isArray(value))
    return value.map((part: unknown, index) => (String(index) === key ? replaced(part, rest, put) : part));
  const entries = Object.entries(value as Readonly<Record<string, unknown>>);
  return Object.fromEntries(entries.map(([name, part]) => [name, name === key ? replaced(part, rest, put) : part]));
}

/** One or more sentences that a person can act upon: no stack, no bare code, no name of a type alone. */
export function isSentence(text: string): boolean {
  return text.length > 15 && / /.test(text) && !/^ {4}at |\[object |Cannot read propert|is not a function/m.test(text);
}
