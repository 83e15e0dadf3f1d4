import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { APIRoute, GetStaticPaths, Props } from 'astro';
import { outDir, site as configured } from 'astro:config/server';

type Body = string | Buffer;

interface FilePath<Of> {
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly props: Of;
}

interface FileRoute<Of> {
  readonly type: string;
  readonly paths: () => Promise<readonly FilePath<Of>[]>;
  readonly body: (of: Of, site: URL | undefined) => Body | Promise<Body>;
}

/**
 * A route of many files that are read by programs. `astro dev` makes each when it is asked for. A build writes them all
 * here and tells Astro of none: there are many times more of them than of pages, and a request, a response and a page's
 * bookkeeping for each cost more than what is in it.
 */
export function fileRoute<Of extends object>({
  type,
  paths,
  body,
}: FileRoute<Of>): {
  getStaticPaths: GetStaticPaths;
  GET: APIRoute;
} {
  return {
    getStaticPaths: async ({ routePattern }) => {
      const all = await paths();
      if (import.meta.env.DEV)
        return all.map(({ params, props }) => ({ params: { ...params }, props: props as Props }));
      const site = configured === undefined ? undefined : new URL(configured);
      const folders = new Set<string>();
      for (const { params, props } of all) {
        const file = join(fileURLToPath(outDir), filledIn(routePattern, params));
        const made = await body(props, site);
        // In step: for a small file a trip to another thread and back costs several times what is done there.
        if (!folders.has(dirname(file))) mkdirSync(dirname(file), { recursive: true });
        folders.add(dirname(file));
        writeFileSync(file, made);
      }
      return [];
    },
    GET: async ({ props, site }) => {
      const made = await body(props as Of, site);
      const content = typeof made === 'string' ? made : new Uint8Array(made);
      return new Response(content, { headers: { 'content-type': type } });
    },
  };
}

/** "/badges/[topic]/[claim].svg" with its names filled in. What a record says never leads to another folder. */
function filledIn(pattern: string, params: FilePath<object>['params']): string {
  return pattern.replaceAll(/\[(\w+)\]/g, (_, name: string) => {
    const value = params[name] ?? '';
    if (!/^\w[\w.-]*$/.test(value)) {
      throw new Error(`No file below ${pattern} can be named by ${name} = ${JSON.stringify(value)}.`);
    }
    return value;
  });
}
