import { articleLedgers } from '../articles/ledger.ts';
import { absolute } from '../links.ts';
import { claimReview } from '../machine/json-ld.ts';
import { verdictWords } from '../verdict-words.ts';
import { resultSentence, type ClaimPage } from './claim-page.ts';

/** What search engines are told of a claim; nothing while no verdict decides. */
export async function reviewOf(page: ClaimPage, site: URL | undefined): Promise<Record<string, unknown> | undefined> {
  const { claim, measured } = page;
  const ledgers = await articleLedgers();
  return claimReview({
    statement: claim.entry.data.statement,
    verdict: claim.verdict,
    verdictLabel: verdictWords[claim.verdict].label,
    summary: resultSentence(page),
    url: absolute(`/claims/${claim.id}/`, site),
    home: absolute('/', site),
    measured: measured?.record.endedAt,
    articles: ledgers
      .filter(({ slug }) => claim.entry.data.sources[slug] !== undefined)
      .map(({ title, author, url }) => ({ title, author, url })),
  });
}
