import { Cite } from '@citation-js/core';
import '@citation-js/plugin-bibtex';
import '@citation-js/plugin-csl';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apa, bibtex, cslJson, plainCitation, type Citable } from './citation.ts';

const claim: Citable = {
  key: 'bareclaims-operations-vms-promise-five-nines',
  title: 'VMware can promise 99.999% availability of VMs.',
  url: 'https://bare-claims.example/claims/operations/vms-promise-five-nines/',
  measured: '2026-11-21T10:15:02Z',
  note: 'Verdict: attributed; run 20261121T101502Z-1a2b3c4d; claim operations/vms_promise #1 {x}.',
};

interface Entry {
  id: string;
  title: string;
  URL: string;
  author: unknown;
  note: string;
  issued?: { 'date-parts': number[][] };
}
const parse = (text: unknown): Entry[] => new Cite(text).data as Entry[];

describe('citations are read back by a reference manager', () => {
  test('BibTeX gives the same title, address, date and note', () => {
    const [entry] = parse(bibtex(claim));
    expect(entry).toMatchObject({
      id: claim.key,
      title: claim.title,
      URL: claim.url,
      note: claim.note,
      issued: { 'date-parts': [[2026, 11]] },
    });
  });

  test('CSL-JSON gives the same entry, to the day', () => {
    const [entry] = parse(JSON.stringify([cslJson(claim)]));
    expect(entry).toMatchObject({ title: claim.title, URL: claim.url, issued: { 'date-parts': [[2026, 11, 21]] } });
  });

  test('APA agrees with what the reference style makes of the entry', () => {
    const formatted = new Cite([cslJson(claim)]).format('bibliography', {
      format: 'text',
      template: 'apa',
      lang: 'en-US',
    });
    const loose = (text: string): string => text.replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim();
    expect(loose(apa(claim))).toBe(loose(formatted));
  });

  test('whatever the title, BibTeX that a parser reads gives it back', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9%&#$_^~{}\\ ]{3,60}$/), (title) => {
        const words = title.trim().replaceAll(/\s+/g, ' ');
        fc.pre(words.length > 2);
        expect(parse(bibtex({ ...claim, title: words }))[0]?.title).toBe(words);
      }),
      { seed: 20261121 },
    );
  });
});

test('a claim that was never run has no date', () => {
  const never = { ...claim, measured: undefined };
  expect(apa(never)).toContain('(n.d.)');
  expect(cslJson(never)).not.toHaveProperty('issued');
  expect(bibtex(never)).not.toContain('year');
  expect(plainCitation(never)).toContain('Bare Claims. Verdict');
});
