/** An address within the site, under whatever base path it is served. `path` begins with a slash. */
export function href(path: string, base: string = import.meta.env.BASE_URL): string {
  return base.replace(/\/$/, '') + path;
}

export const claimHref = (id: string): string => href(`/claims/${id}/`);
export const topicHref = (topic: string): string => href(`/topics/${topic}/`);
export const runHref = (run: string): string => href(`/runs/${run}/`);
export const articleHref = (article: string): string => href(`/articles/${article}/`);

/** The full address, for citations, feeds and canonical links. `Astro.site` alone leaves out the base path. */
export function absolute(path: string, site: URL | undefined, base?: string): string {
  if (site === undefined) throw new Error('astro.config.mjs names no site, so there is no full address of a page.');
  return new URL(href(path, base), site).href;
}
