import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** An address at which a container engine may answer, and who says so. */
export interface Candidate {
  readonly source: string;
  readonly address: string;
}

/** What decides where a Docker client looks; taken from the process unless a test gives another. */
export interface ClientSettings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly uid: number | null;
  readonly exists: (path: string) => boolean;
}

/** In the order in which they are tried. Sockets that do not exist are left out; what was set on purpose is not. */
export function engineCandidates(settings: ClientSettings = ownSettings()): Candidate[] {
  const { env, home, uid, exists } = settings;
  const set = (name: string): string | null => (env[name] ?? '') || null;
  const runtime = set('XDG_RUNTIME_DIR') ?? (uid === null ? null : `/run/user/${String(uid)}`);
  const sockets: readonly (readonly [string, string | null])[] = [
    ['the default socket', '/var/run/docker.sock'],
    ['the rootless socket', runtime && `${runtime}/docker.sock`],
    ["Docker Desktop's socket", join(home, '.docker/run/docker.sock')],
    ["Podman's socket", uid === 0 ? '/run/podman/podman.sock' : runtime && `${runtime}/podman/podman.sock`],
  ];
  const host = set('DOCKER_HOST');
  const context = currentContext(settings);
  return [
    ...(host === null ? [] : [{ source: 'DOCKER_HOST', address: host }]),
    ...(context === null ? [] : [context]),
    ...sockets.flatMap(([source, address]) => (address !== null && exists(address) ? [{ source, address }] : [])),
  ];
}

function ownSettings(): ClientSettings {
  return { env: process.env, home: homedir(), uid: process.getuid?.() ?? null, exists: existsSync };
}

/** The context that `docker context use` chose; null for the default one, whose address is the default socket. */
function currentContext({ env, home }: ClientSettings): Candidate | null {
  const folder = (env['DOCKER_CONFIG'] ?? '') || join(home, '.docker');
  const configured = readJson(join(folder, 'config.json')) as { readonly currentContext?: string } | null;
  const name = (env['DOCKER_CONTEXT'] ?? '') || configured?.currentContext;
  if (name === undefined || name === '' || name === 'default') return null;
  // The client's store names a context's folder by the digest of its name.
  const digest = createHash('sha256').update(name).digest('hex');
  const meta = readJson(join(folder, 'contexts/meta', digest, 'meta.json')) as {
    readonly Endpoints?: { readonly docker?: { readonly Host?: string } };
  } | null;
  const address = meta?.Endpoints?.docker?.Host;
  return address === undefined || address === '' ? null : { source: `the Docker context "${name}"`, address };
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
