import type { BuiltSite } from './built-site.ts';

/** Every address within the site that leads to no file or no anchor, with the page that has it. `base` ends in a slash. */
export async function deadLinks(site: BuiltSite, base: string): Promise<string[]> {
  const pages = site.files.filter((file) => file.endsWith('.html'));
  const html = new Map(await Promise.all(pages.map(async (file) => [file, await site.read(file)] as const)));
  const files = new Set(site.files);
  const dead = new Set<string>();
  for (const [file, text] of html) {
    const here = new URL(base + file.replace(/index\.html$/, ''), 'http://site.invalid');
    for (const [, raw = ''] of text.matchAll(/<(?:a|link|img|script)\b[^>]*?\s(?:href|src)="([^"]*)"/g)) {
      const url = new URL(raw.replaceAll('&amp;', '&'), here);
      if (url.origin !== here.origin) continue;
      const target = targetOf(url, base);
      if (target === undefined || !files.has(target)) dead.add(`${file} -> ${raw}`);
      else if (url.hash !== '' && !hasAnchor(html.get(target), url.hash))
        dead.add(`${file} -> ${raw} (no such anchor)`);
    }
  }
  return [...dead];
}

function targetOf({ pathname }: URL, base: string): string | undefined {
  if (!pathname.startsWith(base)) return undefined;
  const path = decodeURIComponent(pathname.slice(base.length));
  return path === '' || path.endsWith('/') ? `${path}index.html` : path;
}

function hasAnchor(html: string | undefined, hash: string): boolean {
  return html?.includes(`id="${decodeURIComponent(hash.slice(1))}"`) ?? false;
}
