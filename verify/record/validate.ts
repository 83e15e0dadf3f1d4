import type { z } from 'zod';
import { RecordError } from './errors.ts';

/**
 * @param what how the sentence begins: "The record runs/x.json"
 * @throws RecordError that names the first fields at fault
 */
export function validated<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(
    ({ path, message }) => `${path.map(String).join('.') || 'the whole'}: ${message}`,
  );
  const more = issues.length > 3 ? `; and ${String(issues.length - 3)} more` : '';
  throw new RecordError(`${what} is not valid: ${issues.slice(0, 3).join('; ')}${more}.`);
}
