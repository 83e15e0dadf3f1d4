import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab } from './lab.ts';
import { LabError } from '../lab/errors.ts';

/** Where the page lies that it serves on port 80. */
const page = '/srv/www/index.html';

/** Where its configuration lies. All that it writes goes to /tmp, which may be in memory. */
export const nginxConfiguration = '/srv/nginx.conf';

/** @param connections for how many at once it holds memory ready; default: nginx's own default */
export const configureNginx = (connections = 512): string => `
daemon off;
error_log stderr;
pid /tmp/nginx.pid;
user root;
worker_processes 1;
events { worker_connections ${String(connections)}; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((what) => `${what}_temp_path /tmp/${what};`).join('\n  ')}
  server { listen 80; root /srv/www; }
}
`;

/** The program, what the linker finds for it (ldd(1)), and the accounts that it looks up. */
const collect = `
set -e
program=$(command -v nginx)
{ echo "$program"; ldd "$program" | grep -o '/[^ )]*'; echo /etc/passwd; echo /etc/group; } |
  while read -r file; do cp -L --parents "$file" /out; done
`;

export const nginxCommand = ['/usr/sbin/nginx', '-e', 'stderr', '-c', nginxConfiguration] as const;

/**
 * The distribution's nginx as an application with its dependencies and nothing else: its files by absolute path, run by
 * `nginxCommand`, serving one page that holds the word.
 */
export async function nginxApplication(lab: Lab, word: string): Promise<Readonly<Record<string, Uint8Array>>> {
  const folder = await lab.scratchDirectory();
  const { exitCode, stderr } = await lab.complete({
    image: 'full',
    network: 'none',
    command: ['sh', '-c', collect],
    binds: [[folder, '/out']],
  });
  if (exitCode !== 0) throw new LabError(`nginx and its libraries could not be collected: ${stderr.slice(-500)}`);
  const files: Record<string, Uint8Array> = {
    [nginxConfiguration]: Buffer.from(configureNginx()),
    [page]: Buffer.from(word),
    '/tmp/.keep': Buffer.alloc(0),
  };
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files[path.slice(folder.length)] = await readFile(path);
  }
  return files;
}
