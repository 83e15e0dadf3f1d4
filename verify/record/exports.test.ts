import fc from 'fast-check';
import { parser } from 'sax';
import { expect, test } from 'vitest';
import { samplesCsv } from './csv.ts';
import type { Difference } from './expected.ts';
import { arbitraryRecord, claimRecord, findingRecord, runRecord } from './fixture.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';
import type { Series } from '../verdict/evidence.ts';

const changed: Difference = { claim: 'startup/slow', kind: 'changed', published: 'verified', found: 'refuted', on: {} };
const broken = findingRecord({ outcome: { kind: 'broken', because: 'x' } });
const five = runRecord({
  claims: [
    claimRecord({ id: 'network/far', verdict: 'not-run', summary: 'no engine' }),
    claimRecord({ id: 'startup/open', verdict: 'inconclusive', summary: 'too noisy' }),
    claimRecord({ id: 'startup/slow', verdict: 'refuted', summary: 'it is slow', durationMs: 1500 }),
    claimRecord({ id: 'startup/steady', verdict: 'refuted', summary: 'as published' }),
    claimRecord({ id: 'startup/torn', verdict: 'broken', findings: [broken], log: 'a stack <trace>\n& more' }),
  ],
});

/** Elements with their attributes, and all text, as a strict XML parser sees them. */
function parseXml(xml: string): { elements: [string, Record<string, string>][]; texts: string[] } {
  const strict = parser(true);
  const elements: [string, Record<string, string>][] = [];
  const texts: string[] = [];
  strict.onopentag = ({ name, attributes }) => elements.push([name, attributes as Record<string, string>]);
  strict.ontext = (text) => texts.push(text);
  strict.onerror = (error) => {
    throw error;
  };
  strict.write(xml).close();
  return { elements, texts };
}

test('JUnit stops CI for what is broken or changed, and for nothing else', () => {
  const { elements, texts } = parseXml(junit(five, [changed]));
  expect(elements[0]).toEqual([
    'testsuites',
    { name: `bare-claims ${five.run}`, tests: '5', failures: '1', errors: '1', skipped: '2', time: '5.100' },
  ]);
  expect(elements.filter(([name]) => name === 'testsuite').map(([, { name }]) => name)).toEqual(['network', 'startup']);
  expect(elements.filter(([name]) => ['error', 'failure', 'skipped'].includes(name))).toEqual([
    ['skipped', { message: 'no engine' }],
    ['skipped', { message: 'too noisy' }],
    ['failure', { message: 'startup/slow is published as verified and came out refuted. it is slow', type: 'refuted' }],
    ['error', { message: 'It came out so.', type: 'broken' }],
  ]);
  expect(texts).toContain('a stack <trace>\n& more');
  expect(texts).toContain('refuted: as published');
});

test('a broken supporting finding is an error of a verified claim', () => {
  const claim = claimRecord({ findings: [{ ...broken, role: 'supporting' }] });
  expect(junit(runRecord({ claims: [claim] }))).toContain('errors="1"');
});

test('JUnit is well-formed and complete whatever a record quotes', () => {
  const nasty = fc.string({ unit: 'binary', maxLength: 20 });
  fc.assert(
    fc.property(arbitraryRecord, nasty, (record, summary) => {
      const claims = record.claims.map((claim) => ({ ...claim, summary }));
      const { elements, texts } = parseXml(junit({ ...record, claims }));
      expect(elements.filter(([name]) => name === 'testcase').map(([, { name }]) => name)).toEqual(
        claims.map(({ id }) => id),
      );
      expect(texts.join('')).toContain(
        claims.length === 0 ? '' : summary.replaceAll(/[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd'),
      );
    }),
  );
});

test('Markdown tells differences first and lets no markup through', () => {
  const claims = [...five.claims, claimRecord({ id: 'z/z', summary: 'a|b <img src=x>\n## `c` [d](e) @f' })];
  const text = markdown({ ...five, claims, state: 'partial', because: 'interrupted' }, [changed]);
  const rows = text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2);
  expect(rows[0]).toBe('| startup/slow | ✗ refuted | it is slow | 1.5 s |');
  expect(rows).toHaveLength(6);
  expect(rows.at(-1)).toBe('| z/z | ✓ verified | a\\|b \\<img src=x\\> \\#\\# \\`c\\` \\[d\\](e) \\@f | 900 ms |');
  expect(text.indexOf('### Differs')).toBeLessThan(text.indexOf('| Claim'));
  expect(text).toContain('- startup/slow is published as verified and came out refuted.');
  expect(text).toContain('6 claims: 1 verified, 2 refuted, 1 inconclusive, 1 not-run, 1 broken.');
  expect(text).toContain('> This run is partial: interrupted.');
  expect(text).toContain('> Guests were emulated');
});

test('CSV holds every sample of findings and controls, in order', () => {
  const series = (subject: string, ...values: number[]): Series => ({
    subject,
    quantity: 'cost',
    unit: 's',
    bound: 'upper',
    emulated: true,
    clock: 'wall',
    warmups: 1,
    samples: values.map((value, index) => ({ value, atMs: index * 10 })),
  });
  const finding = findingRecord({
    evidence: { kind: 'paired', subject: series('guest, "mini"', 2), baseline: series('host', 1.5e-7), stop: 'cap' },
    controls: [
      {
        id: 'slow',
        label: 'slowed',
        must: 'fail',
        outcome: { kind: 'fails' },
        evidence: { kind: 'samples', series: series('host', 3, 4), stop: 'cap' },
      },
      {
        id: 'rungs',
        label: 'rungs',
        must: 'hold',
        outcome: { kind: 'holds' },
        evidence: { kind: 'ladder', rungs: [series('a', 5), series('b', 6)] },
      },
    ],
  });
  const record = runRecord({ claims: [claimRecord({ findings: [finding, findingRecord()] })] });
  const from = `${record.run},startup/quick,start`;
  expect(samplesCsv(record).split('\r\n')).toEqual([
    'run,claim,finding,control,part,subject,quantity,unit,bound,emulated,clock,sample,at_ms,value',
    `${from},,subject,"guest, ""mini""",cost,s,upper,true,wall,1,0,2`,
    `${from},,baseline,host,cost,s,upper,true,wall,1,0,1.5e-7`,
    `${from},slow,subject,host,cost,s,upper,true,wall,1,0,3`,
    `${from},slow,subject,host,cost,s,upper,true,wall,2,10,4`,
    `${from},rungs,rung 1,a,cost,s,upper,true,wall,1,0,5`,
    `${from},rungs,rung 2,b,cost,s,upper,true,wall,1,0,6`,
    '',
  ]);
});
