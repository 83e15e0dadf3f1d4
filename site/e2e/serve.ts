import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { BuiltSite } from './built-site.ts';

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.xml': 'application/xml',
};

/** Serves a built site on a free port of this machine, compressed, as a plain web host would. */
export async function serve(site: Pick<BuiltSite, 'folder' | 'files'>): Promise<AsyncDisposable & { origin: string }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const file = pathname.slice(1).replace(/(^|\/)$/, '$1index.html');
    if (!site.files.includes(file)) {
      response.writeHead(404).end();
      return;
    }
    void readFile(join(site.folder, file)).then((content) => {
      const type = types[extname(file)];
      const headers = { 'content-type': type ?? 'application/octet-stream', 'cache-control': 'max-age=31536000' };
      if (type === undefined) response.writeHead(200, headers).end(content);
      else response.writeHead(200, { ...headers, 'content-encoding': 'gzip' }).end(gzipSync(content));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://localhost:${String(port)}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
