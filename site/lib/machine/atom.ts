import { escapeXml } from './xml.ts';

/** One entry of an Atom feed; every text is plain and is escaped here. */
export interface AtomEntry {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  /** ISO time. */
  readonly updated: string;
  readonly summary: string;
}

export interface AtomFeed {
  readonly title: string;
  readonly url: string;
  readonly self: string;
  readonly updated: string;
  readonly entries: readonly AtomEntry[];
}

export function atomXml({ title, url, self, updated, entries }: AtomFeed): string {
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<feed xmlns="http://www.w3.org/2005/Atom">',
    `  <title>${escapeXml(title)}</title>`,
    `  <id>${escapeXml(url)}</id>`,
    `  <link rel="alternate" type="text/html" href="${escapeXml(url)}"/>`,
    `  <link rel="self" type="application/atom+xml" href="${escapeXml(self)}"/>`,
    `  <updated>${escapeXml(updated)}</updated>`,
    '  <author><name>Bare Claims</name></author>',
    ...entries.flatMap((entry) => [
      '  <entry>',
      `    <id>${escapeXml(entry.id)}</id>`,
      `    <title>${escapeXml(entry.title)}</title>`,
      `    <link rel="alternate" type="text/html" href="${escapeXml(entry.url)}"/>`,
      `    <updated>${escapeXml(entry.updated)}</updated>`,
      `    <summary>${escapeXml(entry.summary)}</summary>`,
      '  </entry>',
    ]),
    '</feed>',
    '',
  ].join('\n');
}
