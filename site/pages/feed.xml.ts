import type { APIRoute } from 'astro';
import { allClaims } from '../lib/claims/catalogue.ts';
import { absolute } from '../lib/links.ts';
import { atomXml } from '../lib/machine/atom.ts';
import { verdictChanges } from '../lib/records/changes.ts';
import { recordIndex } from '../lib/records/index.ts';
import { verdictWords } from '../lib/verdict-words.ts';

/** A feed reader wants what is new; the whole history is among the runs. */
const newest = 100;

export const GET: APIRoute = async ({ site }) => {
  const { runs } = await recordIndex();
  const claims = new Map((await allClaims()).map((claim) => [claim.id, claim]));
  const entries = verdictChanges(runs)
    .flatMap(({ claim: id, from, to, summary, run }) => {
      const claim = claims.get(id);
      if (claim === undefined) return [];
      const before = from === undefined ? '' : `, was ${verdictWords[from].label.toLowerCase()}`;
      const url = absolute(`/claims/${id}/`, site);
      return [
        {
          id: `${url}#${run.run}`,
          title: `${verdictWords[to].label}${before}: ${claim.entry.data.statement}`,
          url,
          updated: run.endedAt,
          summary: `${summary} (${run.hostClass.label})`,
        },
      ];
    })
    .slice(0, newest);
  const xml = atomXml({
    title: 'Bare Claims: verdicts',
    url: absolute('/', site),
    self: absolute('/feed.xml', site),
    // Without any run nothing was ever updated; the format wants a time all the same.
    updated: entries[0]?.updated ?? '1970-01-01T00:00:00Z',
    entries,
  });
  return new Response(xml, { headers: { 'content-type': 'application/atom+xml; charset=utf-8' } });
};
