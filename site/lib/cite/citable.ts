import type { SiteClaim } from '../claims/catalogue.ts';
import { absolute } from '../links.ts';
import { verdictWords } from '../verdict-words.ts';
import type { Citable } from './citation.ts';

/** How a claim is cited: by its page, with its verdict, machine, run and version, so that the citation can be checked. */
export function citableClaim({ id, topic, slug, entry, verdict, standing }: SiteClaim, site: URL | undefined): Citable {
  const { current } = standing;
  const facts = [
    `Verdict: ${verdictWords[verdict].label.toLowerCase()}`,
    ...(current === undefined
      ? []
      : [current.run.hostClass.label, `run ${current.run.run}`, `version ${current.run.version}`]),
    `claim ${id}, revision ${String(entry.data.revision)}`,
  ];
  return {
    key: `bareclaims-${topic}-${slug}`,
    title: entry.data.statement,
    url: absolute(`/claims/${id}/`, site),
    measured: current?.run.endedAt,
    note: `${facts.join('; ')}.`,
  };
}

/** How the whole is cited, as of its newest run. */
export function citableSite(newest: { endedAt: string; version: string } | undefined, site: URL | undefined): Citable {
  return {
    key: 'bareclaims',
    title: 'Bare Claims: what is said of containers and virtual machines, claim by claim',
    url: absolute('/', site),
    measured: newest?.endedAt,
    note: newest === undefined ? 'No run on record.' : `Version ${newest.version}.`,
  };
}
