import { unified } from '@astrojs/markdown-remark';
import mdx from '@astrojs/mdx';
import sitemap from '@astrojs/sitemap';
import { defineConfig } from 'astro/config';
import remarkGfm from 'remark-gfm';
import { searchIndex } from './site/integrations/search-index.ts';
import { alignByClass } from './site/lib/markdown/align-by-class.ts';
import { scrollTables } from './site/lib/markdown/scroll-tables.ts';
import { labelTaskLists } from './site/lib/markdown/label-task-lists.ts';

export default defineConfig({
  // The address under which the site will stand. `.example` is reserved: nobody is asked by accident.
  site: process.env.SITE_URL ?? 'https://bare-claims.example',
  base: process.env.SITE_BASE ?? '/',
  srcDir: './site',
  publicDir: './site/public',
  outDir: process.env.SITE_OUT ?? './dist',
  cacheDir: process.env.SITE_CACHE ?? './node_modules/.astro',
  trailingSlash: 'always',
  build: { format: 'directory', inlineStylesheets: 'never' },
  devToolbar: { enabled: false },
  // `optimize`: what holds no component is kept as finished HTML, and need not be built up again for each page.
  integrations: [mdx({ optimize: true }), sitemap({ filter: (page) => !page.includes('/embed/') }), searchIndex()],
  markdown: {
    // Prism marks code by classes; the default highlighter writes inline styles, which the policy below forbids.
    syntaxHighlight: 'prism',
    processor: unified({
      gfm: false,
      remarkPlugins: [remarkGfm],
      rehypePlugins: [alignByClass, labelTaskLists, scrollTables],
    }),
  },
  security: {
    csp: {
      directives: [
        "default-src 'none'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
      ],
    },
  },
  vite: {
    build: {
      // Scripts stay files of their own: a page is read before any of them arrives.
      assetsInlineLimit: 0,
      // One sheet for all pages: it is small, and the second page has it already.
      cssCodeSplit: false,
      rolldownOptions: { checks: { moduleLevelDirective: false } },
    },
    environments: {
      prerender: {
        build: {
          // The claims' texts in one module: a file for each takes longer to write and to read back than to render.
          rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'claims', test: /\.mdx/ }] } } },
        },
      },
    },
  },
});
