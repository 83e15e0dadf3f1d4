/**
 * Command of a server that answers every connection with the token, for subjects whose tree has busybox: what a reach
 * must read to count as one.
 */
export function tokenServer(port: number, token: string): string[] {
  if (!/^[\w-]+$/.test(token)) throw new RangeError(`A token is letters, digits, "-" and "_"; got "${token}".`);
  return ['busybox', 'nc', '-ll', '-p', String(port), '-e', 'busybox', 'echo', token];
}
