import { isAlias, isNode, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import type { Problem } from './problem.ts';

export type Validated<T> = { readonly value: T } | { readonly problems: readonly Problem[] };

/**
 * YAML against a schema; every problem names its line and field.
 * @param firstLine line of the file on which the text begins, from 1
 */
export function parseYaml<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
  file: string,
  firstLine = 1,
): Validated<z.output<Schema>> {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const syntax = [...document.errors, ...document.warnings];
  if (syntax.length > 0) {
    return {
      problems: syntax.map((error) => ({
        file,
        line: counter.linePos(error.pos[0]).line + firstLine - 1,
        message: `this is not valid YAML: ${firstSentence(error.message)}.`,
      })),
    };
  }
  let content: unknown;
  try {
    content = document.toJS();
  } catch (error) {
    // Aliases that lead nowhere, or to so much that the library refuses to expand them.
    return { problems: [{ file, message: `this YAML cannot be read: ${String(error)}.` }] };
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return { value: parsed.data };
  return {
    problems: parsed.error.issues.map((issue) => {
      const path = issue.path.map(pathSegment);
      const offset = offsetOf(document, path);
      return {
        file,
        ...(offset === undefined ? {} : { line: counter.linePos(offset).line + firstLine - 1 }),
        ...(path.length === 0 ? {} : { field: path.join('.') }),
        message: issueSentence(issue, valueAt(content, path)),
      };
    }),
  };
}

function issueSentence(issue: z.core.$ZodIssue, value: unknown): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.some((key) => key.includes(' '))
        ? `no such field: "${issue.keys.join('", "')}". A text with a comma inside { } needs quotes around it.`
        : `no such field: ${issue.keys.join(', ')}. Check its spelling against the schema in verify/claim.`;
    case 'invalid_key':
      return `this name is not allowed here: ${issue.issues.map(({ message }) => message).join('; ')}.`;
    default:
      return value === undefined ? `it is missing: ${issue.message}.` : `it is ${shown(value)}: ${issue.message}.`;
  }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

const pathSegment = (segment: PropertyKey): string | number => (typeof segment === 'symbol' ? '' : segment);

/** The library prints the offending lines below the first; we name the line ourselves. */
const firstSentence = (message: string): string => (message.split(/ at line |:?\n/)[0] ?? message).replace(/\.$/, '');

function valueAt(content: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string | number, unknown>)[key] : undefined),
    content,
  );
}

/** Where the field stands, or the nearest field around it that exists. */
function offsetOf(document: Document, path: readonly (string | number)[]): number | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && !isAlias(node) && node.range) return node.range[0];
  }
  return undefined;
}
