import type { APIRoute } from 'astro';
import { absolute } from '../../../../lib/links.ts';
import { jsonResponse } from '../../../../lib/machine/api.ts';
import { jsonSchemaOf, publishedSchemas, type PublishedSchema } from '../../../../lib/machine/schemas.ts';

export function getStaticPaths() {
  const names = Object.keys(publishedSchemas) as PublishedSchema[];
  return names.map((schema) => ({ params: { schema }, props: { schema } }));
}

export const GET: APIRoute<{ schema: PublishedSchema }> = ({ props: { schema }, site }) =>
  jsonResponse(jsonSchemaOf(schema, absolute(`/api/v1/schema/${schema}.json`, site)));
