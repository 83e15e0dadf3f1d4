import type { z } from 'zod';
import { LabError } from '../lab/errors.ts';

/** A tool's JSON report, checked for what is read from it. @throws LabError naming the tool and the field. */
export function parseReport<T>(tool: string, schema: z.ZodType<T>, text: string): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new LabError(`${tool} printed no JSON: ${JSON.stringify(text.slice(0, 300))}`, { cause });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new LabError(
    `The report of ${tool} is not as expected at ${issue?.path.join('.') ?? '?'}: ${issue?.message ?? ''}; is it a new version?`,
  );
}
