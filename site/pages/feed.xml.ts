import type { APIRoute } from 'astro';
import { claimsById } from '../lib/claims/catalogue.ts';
import { absolute } from '../lib/links.ts';
import { atomXml } from '../lib/machine/atom.ts';
import { machineClass, verdictHistory } from '../lib/records/history.ts';
import { verdictWords } from '../lib/verdict-words.ts';

/** A feed reader wants what is new; the whole history is a page. */
const newest = 100;

export const GET: APIRoute = async ({ site }) => {
  const claims = await claimsById();
  const entries = (await verdictHistory())
    .flatMap(({ at, claim: id, on, from, to, why, previous }) => {
      const claim = claims.get(id);
      if (claim === undefined) return [];
      const now = to === null ? 'No longer published' : verdictWords[to].label;
      const before = from === null ? '' : `, was ${verdictWords[from].label.toLowerCase()}`;
      const url = absolute(`/claims/${id}/`, site);
      return [
        {
          id: `${url}#after-${previous?.slice(0, 16) ?? 'nothing'}`,
          title: `${now}${before}: ${claim.entry.data.statement}`,
          url,
          updated: at,
          summary: `${machineClass(on)}: ${why}`,
        },
      ];
    })
    .slice(0, newest);
  const xml = atomXml({
    title: 'Bare Claims: verdicts',
    url: absolute('/', site),
    self: absolute('/feed.xml', site),
    // Without any verdict nothing was ever updated; the format wants a time all the same.
    updated: entries[0]?.updated ?? '1970-01-01T00:00:00Z',
    entries,
  });
  return new Response(xml, { headers: { 'content-type': 'application/atom+xml; charset=utf-8' } });
};
