import { defineCollection } from 'astro:content';
import { glob } from 'astro/loaders';
import { claimSchema } from '../verify/claim/claim.ts';
import { articleLedgerSchema } from '../verify/claim/ledger.ts';
import { claimsBase } from './lib/places.ts';

/** `claims/<topic>/<claim>.mdx`, relative to the project's root. The path is the id, letter for letter. */
const claims = defineCollection({
  loader: glob({ base: claimsBase(), pattern: '*/*.mdx', generateId: ({ entry }) => entry.replace(/\.mdx$/, '') }),
  schema: claimSchema,
});

/** The articles' sentences: always the project's own, whichever claims the site is made of. */
const articles = defineCollection({
  loader: glob({ base: './claims/articles', pattern: '*.yaml' }),
  schema: articleLedgerSchema,
});

/** Documents that the project generates about its own method, such as the simulation's tables. */
const documents = defineCollection({ loader: glob({ base: './docs', pattern: 'simulation.md' }) });

export const collections = { articles, claims, documents };
