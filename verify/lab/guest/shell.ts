import type { ExecOptions } from '../subject.ts';

/** One word of a POSIX shell, whatever it holds. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The script that runs an argument vector as `exec` options ask; the last command replaces the shell. */
export function scriptFor(
  command: readonly string[],
  { cwd, env, user }: Pick<ExecOptions, 'cwd' | 'env' | 'user'> = {},
): string {
  const lines = Object.entries(env ?? {}).map(([name, value]) => `export ${name}=${quoted(value)}`);
  if (cwd !== undefined) lines.push(`cd ${quoted(cwd)} || exit 126`);
  const words = command.map(quoted).join(' ');
  lines.push(user === undefined ? `exec ${words}` : `exec ${asUser(user)} ${words}`);
  return `${lines.join('\n')}\n`;
}

/** setpriv of util-linux; the busybox applet of that name cannot change users. */
function asUser(user: string): string {
  const [uid = '', gid = uid] = user.split(':');
  return `setpriv --reuid=${quoted(uid)} --regid=${quoted(gid)} --clear-groups --`;
}
