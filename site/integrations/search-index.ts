import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import { close, createIndex } from 'pagefind';

/** What the search page loads; the bundles of ready-made interfaces beside it are nobody's need here. */
const needed =
  /^(pagefind\.(js|en_.+)|pagefind-(worker\.js|entry\.json)|wasm\.en\.pagefind|(index|fragment|filter)\/.+)$/;

/** Makes the full-text index of the pages that were built and asked to be found (`searchable`), below `pagefind/`. */
export function searchIndex(): AstroIntegration {
  return {
    name: 'search-index',
    hooks: {
      'astro:build:done': async ({ dir, logger }) => {
        const folder = fileURLToPath(dir);
        try {
          const { index, errors } = await createIndex({ forceLanguage: 'en' });
          if (index === undefined) throw new Error(`Pagefind made no index: ${errors.join('; ')}`);
          const added = await index.addDirectory({ path: folder });
          const { files, errors: unwritten } = await index.getFiles();
          const problems = [...added.errors, ...unwritten];
          if (problems.length > 0) throw new Error(`Pagefind indexed the pages only in part: ${problems.join('; ')}`);
          for (const { path, content } of files.filter(({ path }) => needed.test(path))) {
            const file = join(folder, 'pagefind', path);
            await mkdir(dirname(file), { recursive: true });
            await writeFile(file, content);
          }
          const found = files.filter(({ path }) => path.startsWith('fragment/')).length;
          logger.info(`${String(found)} pages can be searched.`);
        } finally {
          await close();
        }
      },
    },
  };
}
