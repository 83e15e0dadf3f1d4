import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ClaimRecord, FindingRecord, RunRecord } from './record.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * Digests of a record's parts, so that a change can be named. Whoever changes a record can seal it again: what cannot be
 * done again is the attestation that names the file's own digest.
 */
export const sealSchema = z.strictObject({
  /** Of all that is said of the run itself. */
  run: sha256,
  /** Per claim: of what was observed and measured, controls and exhibits included, and of all the rest. */
  claims: z.record(z.string(), z.strictObject({ samples: sha256, rest: sha256 })),
});
type Seal = z.infer<typeof sealSchema>;

/** The record with a seal of what it holds now. */
export function sealed(record: RunRecord): RunRecord {
  return { ...record, seal: sealOf(record) };
}

/** What was changed after the record was sealed, a few words each; none where it has no seal. */
export function brokenSeals(record: RunRecord): string[] {
  const { seal } = record;
  if (seal === undefined) return [];
  const now = sealOf(record);
  const ids = [...new Set([...Object.keys(seal.claims), ...Object.keys(now.claims)])].sort();
  return [
    ...(seal.run === now.run ? [] : ['what it says of the run itself (host, times, noise, warnings)']),
    ...ids.flatMap((id) => {
      const [was, is] = [seal.claims[id], now.claims[id]];
      if (was === undefined) return [`claim ${id}: it was not there`];
      if (is === undefined) return [`claim ${id}: it is gone`];
      return [
        ...(was.samples === is.samples ? [] : [`claim ${id}: its samples and observations`]),
        ...(was.rest === is.rest ? [] : [`claim ${id}: its verdict, its words or its digests`]),
      ];
    }),
  ];
}

function sealOf({ claims, seal: _, ...run }: RunRecord): Seal {
  return {
    run: digest(run),
    claims: Object.fromEntries(claims.map((claim) => [claim.id, sealOfClaim(claim)])),
  };
}

function sealOfClaim({ findings, exhibits, ...rest }: ClaimRecord): Seal['claims'][string] {
  return {
    samples: digest([findings.map(taken), exhibits]),
    rest: digest([rest, findings.map(said)]),
  };
}

const taken = ({ id, evidence, controls }: FindingRecord): unknown => [
  id,
  evidence,
  controls.map((control) => [control.id, control.evidence]),
];

const said = ({ evidence: _, controls, ...rest }: FindingRecord): unknown => [
  rest,
  controls.map(({ evidence: _evidence, ...control }) => control),
];

/** sha256 of the value as JSON, fields sorted by name: their order in a file means nothing. */
function digest(value: unknown): string {
  const text = JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
  return createHash('sha256').update(text).digest('hex');
}
