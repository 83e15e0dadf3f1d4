import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { execa } from 'execa';
import { copyAsMarkdown, type Generated } from './generate.ts';
import { measuredBuild, type Cost } from './measured-build.ts';

/**
 * Our site from generated claims and records, with everything that is published. `pictures`: where PNGs are kept. What is
 * built stays beside them: a file system may look long for room where thousands of files were removed a moment ago.
 */
export async function buildOurs({ claims, records }: Generated, pictures: string): Promise<Cost> {
  const folder = await mkdtemp(join(dirname(pictures), 'ours-'));
  return await measuredBuild(['astro', 'build', '--silent'], process.cwd(), {
    SITE_OUT: join(folder, 'dist'),
    SITE_CACHE: join(folder, 'cache'),
    SITE_PICTURES: pictures,
    BARE_CLAIMS_CLAIMS: claims,
    BARE_CLAIMS_RECORDS: records,
  });
}

const bareConfig = `
import { unified } from '@astrojs/markdown-remark';
import mdx from '@astrojs/mdx';
import remarkGfm from 'remark-gfm';
export default {
  integrations: [mdx({ optimize: true })],
  markdown: { syntaxHighlight: 'prism', processor: unified({ gfm: false, remarkPlugins: [remarkGfm] }) },
  vite: { build: { rolldownOptions: { checks: { moduleLevelDirective: false } } } },
};`;

const bareContent = (claims: string) => `
import { defineCollection } from 'astro:content';
import { glob } from 'astro/loaders';
export const collections = { claims: defineCollection({ loader: glob({ base: ${JSON.stringify(claims)}, pattern: '*/*.mdx' }) }) };`;

const bareNothing = '<span />';

const barePage = (components: readonly string[]) => `---
import { getCollection, render } from 'astro:content';
import Nothing from '../nothing.astro';
export const getStaticPaths = async () =>
  (await getCollection('claims')).map((entry) => ({ params: { claim: entry.id }, props: { entry } }));
const { Content } = await render(Astro.props.entry);
const components = Object.fromEntries(
  ${JSON.stringify(components)}.map((name) => [name, Nothing]),
);
---
<!doctype html><html lang="en"><head><title>{Astro.props.entry.data.statement}</title></head><body><Content components={components} /></body></html>`;

/** The same MDX files with the same Markdown processor and nothing around them: the floor. */
export async function buildBare({ claims }: Generated): Promise<Cost> {
  // Below the project, so that its packages are found.
  const folder = await mkdtemp(join(process.cwd(), 'node_modules', '.bare-'));
  try {
    const ours = await readdir(join('site', 'components', 'prose'));
    const files: Record<string, string> = {
      'astro.config.mjs': bareConfig,
      'src/content.config.ts': bareContent(`./${relative(folder, claims)}`),
      'src/nothing.astro': bareNothing,
      'src/pages/[...claim].astro': barePage(ours.map((file) => basename(file, '.astro'))),
    };
    await mkdir(join(folder, 'src', 'pages'), { recursive: true });
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const cost = await measuredBuild(['astro', 'build', '--silent'], folder);
    const [pages, texts] = [await countOf(join(folder, 'dist'), '.html'), await countOf(claims, '.mdx')];
    if (pages !== texts) throw new Error(`Bare Astro built ${String(pages)} pages of ${String(texts)} claims.`);
    return cost;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A build of nothing would be quick. */
const countOf = async (folder: string, ending: string): Promise<number> =>
  (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(ending)).length;

const vitepressVersion = '1.6.4';

/** The same texts as Markdown in VitePress, which is fetched for this alone; a sentence where that cannot be. */
export async function buildVitePress({ claims }: Generated): Promise<Cost | string> {
  const folder = await mkdtemp(join(tmpdir(), 'bare-claims-vitepress-'));
  try {
    const installed = await execa(
      'npm',
      ['install', '--prefix', folder, '--no-audit', '--no-fund', `vitepress@${vitepressVersion}`],
      {
        reject: false,
      },
    );
    if (installed.failed)
      return `not run here, because VitePress ${vitepressVersion} could not be fetched: ${installed.shortMessage ?? installed.stderr}`;
    await copyAsMarkdown(claims, join(folder, 'docs'));
    await mkdir(join(folder, 'docs', '.vitepress'), { recursive: true });
    await writeFile(join(folder, 'docs', '.vitepress', 'config.mjs'), 'export default { ignoreDeadLinks: true };');
    return await measuredBuild([join(folder, 'node_modules', '.bin', 'vitepress'), 'build', 'docs'], folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
