import { isBroken } from './exit-status.ts';
import { differenceSentence, oneLine } from './display.ts';
import type { Difference } from './expected.ts';
import type { ClaimRecord, RunRecord } from './record.ts';
import { xmlDocument, type XmlElement } from './xml.ts';

/**
 * JUnit XML, a suite for each topic. What CI should stop for fails: a broken check is an error, a changed verdict a
 * failure. What did not run or could not be decided is skipped. A refuted claim is a result like any other.
 */
export function junit(record: RunRecord, differences: readonly Difference[] = []): string {
  const topics = new Set(record.claims.map(({ id }) => topicOf(id)));
  const changed = new Map(differences.filter(({ kind }) => kind === 'changed').map((one) => [one.claim, one]));
  const suites = [...topics].map((topic): XmlElement => {
    const claims = record.claims.filter(({ id }) => topicOf(id) === topic);
    return {
      name: 'testsuite',
      attributes: { name: topic, ...counts(claims, changed), timestamp: record.startedAt.replace(/(\.\d+)?Z$/, '') },
      children: claims.map((claim) => testCase(claim, changed.get(claim.id))),
    };
  });
  return xmlDocument({
    name: 'testsuites',
    attributes: { name: `bare-claims ${record.run}`, ...counts(record.claims, changed) },
    children: suites,
  });
}

const topicOf = (id: string): string => id.slice(0, id.indexOf('/'));

type Result = 'error' | 'failure' | 'skipped' | 'passed';

function resultOf(claim: ClaimRecord, change: Difference | undefined): Result {
  if (isBroken(claim)) return 'error';
  if (change !== undefined) return 'failure';
  return claim.verdict === 'not-run' || claim.verdict === 'inconclusive' ? 'skipped' : 'passed';
}

function counts(
  claims: readonly ClaimRecord[],
  changed: ReadonlyMap<string, Difference>,
): Record<string, string | number> {
  const results = claims.map((claim) => resultOf(claim, changed.get(claim.id)));
  const count = (result: Result): number => results.filter((one) => one === result).length;
  return {
    tests: claims.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
    time: seconds(claims.reduce((sum, { durationMs }) => sum + durationMs, 0)),
  };
}

function testCase(claim: ClaimRecord, change: Difference | undefined): XmlElement {
  const result = resultOf(claim, change);
  const message = change === undefined ? oneLine(claim) : `${differenceSentence(change)} ${oneLine(claim)}`;
  const attributes = { message, ...(result === 'skipped' ? {} : { type: claim.verdict }) };
  return {
    name: 'testcase',
    attributes: { classname: topicOf(claim.id), name: claim.id, time: seconds(claim.durationMs) },
    children: [
      ...(result === 'passed'
        ? []
        : [{ name: result, attributes, ...(result === 'skipped' ? {} : { text: claim.log }) }]),
      { name: 'system-out', attributes: {}, text: `${claim.verdict}: ${claim.summary}` },
    ],
  };
}

const seconds = (ms: number): string => (ms / 1000).toFixed(3);
