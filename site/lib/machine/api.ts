import type { SiteClaim } from '../claims/catalogue.ts';
import { absolute } from '../links.ts';
import type { Sighting } from '../records/current.ts';
import type { RunSummary } from '../records/summary.ts';

/** Addresses in answers are full ones, so that an answer that is kept elsewhere still leads back. */
export function claimSummaryJson({ id, topic, entry, verdict, standing }: SiteClaim, site: URL | undefined) {
  const { data } = entry;
  return {
    id,
    topic,
    statement: data.statement,
    kind: data.kind,
    subjects: data.subjects,
    sources: data.sources,
    revision: data.revision,
    verdict,
    summary: standing.current?.of.summary ?? null,
    measured: standing.current?.run.endedAt ?? null,
    run: standing.current?.run.run ?? null,
    hostClass: standing.current?.run.hostClass.key ?? null,
    page: absolute(`/claims/${id}/`, site),
    data: absolute(`/api/v1/claims/${id}.json`, site),
    badge: absolute(`/badges/${id}.svg`, site),
  };
}

export function runSummaryJson(run: RunSummary, site: URL | undefined) {
  return {
    run: run.run,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    state: run.state,
    profile: run.profile,
    version: run.version,
    hostClass: run.hostClass.key,
    tally: run.tally,
    page: absolute(`/runs/${run.run}/`, site),
    record: absolute(`/api/v1/runs/${run.run}.json`, site),
  };
}

export function sightingJson({ of, run }: Sighting) {
  return {
    run: run.run,
    endedAt: run.endedAt,
    hostClass: run.hostClass.key,
    profile: run.profile,
    revision: of.revision,
    verdict: of.verdict,
    summary: of.summary,
  };
}

/** JSON in a file that people open too. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

export function jsonResponse(value: unknown): Response {
  return new Response(jsonText(value), { headers: { 'content-type': 'application/json' } });
}
