import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { NotHereError } from '../errors.ts';
import { findCommand } from './host-binary.ts';

/**
 * Words before a command that must see itself as root, so that files get the owners they should have: none for root,
 * else a user namespace. `one`: root is the only owner in play. `all`: others are too, which takes a range of ids.
 * @throws NotHereError where an ordinary user has no such range.
 */
export async function asRoot(owners: 'one' | 'all'): Promise<readonly string[]> {
  if (process.getuid?.() === 0) return [];
  if (owners === 'one') return ['unshare', '--map-root-user'];
  await requireIdRange();
  return ['unshare', '--map-auto', '--map-root-user'];
}

/** @throws NotHereError with what to do, where the user running this has no range of further ids (subuid(5)). */
export async function requireIdRange(): Promise<void> {
  if (process.getuid?.() === 0) return;
  const { username, uid } = userInfo();
  const table = await readFile('/etc/subuid', 'utf8').catch(() => '');
  const listed = table.split('\n').some((line) => [username, String(uid)].includes(line.split(':')[0] ?? ''));
  if (!listed || (await findCommand('newuidmap')) === null) {
    throw new NotHereError(
      'A full system has files of many owners, which an ordinary user can make only with newuidmap and a range of ids. ' +
        'Install and allow them: apt-get install uidmap; usermod --add-subuids 100000-165535 --add-subgids 100000-165535 <user>',
    );
  }
}
