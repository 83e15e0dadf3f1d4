import { isoDay } from '../format/date.ts';

/** What a citation needs to know of a page. */
export interface Citable {
  /** Citation key and identifier: letters, digits, hyphens. */
  readonly key: string;
  readonly title: string;
  readonly url: string;
  /** When the verdict was measured; without one the work has no date. */
  readonly measured: string | undefined;
  /** "Verdict: refuted. x86_64, guests emulated. Run 2026... Version 0.1.0." */
  readonly note: string;
}

const publisher = 'Bare Claims';
const maintainers = 'The Bare Claims maintainers';

/** The entry in the interchange format of reference managers (CSL-JSON). */
export function cslJson({ key, title, url, measured, note }: Citable) {
  const parts = measured === undefined ? undefined : isoDay(measured).split('-').map(Number);
  return {
    id: key,
    type: 'webpage',
    title,
    author: [{ literal: maintainers }],
    'container-title': publisher,
    ...(parts === undefined ? {} : { issued: { 'date-parts': [parts] } }),
    URL: url,
    note,
  };
}

export function bibtex({ key, title, url, measured, note }: Citable): string {
  const fields: [string, string][] = [
    ['title', `{${escapeTex(title)}}`],
    ['author', `{${maintainers}}`],
    ['howpublished', publisher],
    ...(measured === undefined
      ? []
      : ([
          ['year', isoDay(measured).slice(0, 4)],
          ['month', String(Number(isoDay(measured).slice(5, 7)))],
        ] satisfies [string, string][])),
    ['url', url],
    ['note', escapeTex(note)],
  ];
  const lines = fields.map(([name, value]) => `  ${name} = {${value}},`);
  return [`@misc{${key},`, ...lines, '}', ''].join('\n');
}

/** APA, 7th edition, as for a web page with a group author. */
export function apa({ title, url, measured }: Citable): string {
  return `${maintainers}. (${apaDate(measured)}). ${title.replace(/\.$/, '')}. ${publisher}. ${url}`;
}

/** For those who write no style: everything in one line. */
export function plainCitation({ title, url, measured, note }: Citable): string {
  const day = measured === undefined ? '' : `, ${isoDay(measured)}`;
  return `“${title.replace(/\.$/, '')}”, ${publisher}${day}. ${note} ${url}`;
}

const longMonth = new Intl.DateTimeFormat('en-GB', { month: 'long', timeZone: 'UTC' });

function apaDate(measured: string | undefined): string {
  if (measured === undefined) return 'n.d.';
  const day = new Date(measured);
  return `${String(day.getUTCFullYear())}, ${longMonth.format(day)} ${String(day.getUTCDate())}`;
}

const texEscapes: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  '%': '\\%',
  '&': '\\&',
  '#': '\\#',
  $: '\\$',
  _: '\\_',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
};

function escapeTex(text: string): string {
  return text.replaceAll(/[\\{}%&#$_~^]/g, (sign) => texEscapes[sign] ?? sign);
}
