const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full. Free some space (npm run teardown removes caches), then repeat with --resume',
  EDQUOT: 'the disk quota is used up. Free some space, then repeat with --resume',
  EROFS: 'the file system is read-only. Name a folder that can be written',
  EACCES: 'permission is denied. Check who owns the folder',
  EPERM: 'permission is denied. Check who owns the folder',
  ENOENT: 'there is no such file or folder. Check its name',
  EISDIR: 'it is a folder. Name a file',
  ENOTDIR: 'a part of its path is a file, not a folder. Check its name',
};

/** What failed and what to do about it. The file system's own words can hold paths of the machine, so they stay out. */
export function diskSentence(what: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
  return `${what}: ${reasons[code] ?? `the file system reported ${code}`}.`;
}
