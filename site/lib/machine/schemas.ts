import { z } from 'zod';
import { claimSchema } from '../../../verify/claim/claim.ts';
import { recordSchema } from '../../../verify/record/record.ts';

/** The formats that others read and write, as JSON Schema (2020-12): the very schemas that this project validates by. */
export const publishedSchemas = {
  record: { title: 'Bare Claims record', schema: recordSchema },
  claim: { title: 'Frontmatter of a Bare Claims claim', schema: claimSchema },
} as const;

export type PublishedSchema = keyof typeof publishedSchemas;

export function jsonSchemaOf(name: PublishedSchema, address: string): Record<string, unknown> {
  const { title, schema } = publishedSchemas[name];
  // As input: what somebody writes may leave out what has a default.
  return { $id: address, title, ...z.toJSONSchema(schema, { io: 'input' }) };
}
