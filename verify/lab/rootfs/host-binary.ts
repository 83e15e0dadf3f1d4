import { access, constants, open } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { LabError } from '../errors.ts';

/** Where administrators' commands live even if the caller's PATH leaves them out. */
const furtherFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Absolute path of a command, or null where there is none. */
export async function findCommand(name: string): Promise<string | null> {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...furtherFolders];
  for (const folder of folders.filter((candidate) => candidate.startsWith('/'))) {
    const path = join(folder, name);
    const there = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (there) return path;
  }
  return null;
}

/** Whether an ELF file (elf(5), 64-bit, little-endian) asks for no interpreter, that is, needs no libraries. */
export async function isStatic(path: string): Promise<boolean> {
  await using file = await open(path);
  const head = Buffer.alloc(4096);
  await file.read(head, 0, head.length, 0);
  if (head.readUInt32BE(0) !== 0x7f454c46) return false;
  const interpreter = 3; // PT_INTERP
  const [first, size, count] = [Number(head.readBigUInt64LE(32)), head.readUInt16LE(54), head.readUInt16LE(56)];
  for (let index = 0; index < count; index += 1) {
    if (head.readUInt32LE(first + index * size) === interpreter) return false;
  }
  return true;
}

/**
 * Absolute paths of all libraries that a program loads, its loader included, as ldd(1) says.
 * @throws LabError where one of them is missing: the program would not run here either.
 */
export async function librariesOf(program: string): Promise<readonly string[]> {
  const { stdout } = await execa('ldd', [program], { reject: false, env: { LC_ALL: 'C' } });
  const lost = /^\s*(\S+) => not found/m.exec(stdout);
  if (lost !== null) throw new LabError(`${program} needs ${lost[1] ?? ''}, which is not installed.`);
  return stdout
    .split('\n')
    .map((line) => /(?:=> )?(\/\S+) \(0x/.exec(line)?.[1])
    .filter((path) => path !== undefined);
}
