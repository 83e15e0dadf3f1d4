import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ImageFiles } from '../lab/engine/tar.ts';
import { librariesOf } from '../lab/rootfs/host-binary.ts';
import { wordsOfListing } from '../lab/rootfs/listing.ts';
import { staticElf } from '../lab/rootfs/static-elf.ts';
import { unpackedPackage } from '../lab/unpacked-package.ts';

// The word follows the code. utsname(2) has six texts of 65 bytes, the release the third.
const listing = `
  D10803FF  ; sub sp, sp, #512
  910003E0  ; mov x0, sp
  D2801408  ; mov x8, #160       uname
  D4000001  ; svc #0
  D2800020  ; mov x0, #1         stdout
  91020BE1  ; add x1, sp, #130
  D2800822  ; mov x2, #65
  D2800808  ; mov x8, #64        write
  D4000001  ; svc #0
  D2800020  ; mov x0, #1
  100000E1  ; adr x1, #28
  D2800222  ; mov x2, #17
  D2800808  ; mov x8, #64        write
  D4000001  ; svc #0
  D2800000  ; mov x0, #0
  D2800BA8  ; mov x8, #93        exit
  D4000001  ; svc #0
`;

/**
 * A static program for arm64 that prints the release of the kernel that it runs on, padded with zero bytes, and a word.
 * @param word of 16 characters
 */
export function arm64Program(word: string): Uint8Array<ArrayBuffer> {
  if (word.length !== 16) throw new RangeError(`The program prints 16 characters, and "${word}" has another number.`);
  return staticElf('arm64', Buffer.concat([wordsOfListing(listing), Buffer.from(`${word}\n`)]));
}

/** QEMU's user mode, which translates one program and passes its system calls on to the kernel that is there. */
export interface UserModeEmulator {
  /** For people: name and version of the package that it is from. */
  readonly label: string;
  /** Path among `files`. */
  readonly program: string;
  /** The emulator and its libraries, fit for an image. */
  readonly files: ImageFiles;
}

/** @throws NotHereError where apt does not offer it */
export async function arm64UserMode(): Promise<UserModeEmulator> {
  const { name, version, directory } = await unpackedPackage('qemu-user');
  const path = join(directory, 'usr/bin/qemu-aarch64');
  const program = `/usr/bin/${basename(path)}`;
  const files: Record<string, Uint8Array> = { [program]: await readFile(path) };
  for (const library of await librariesOf(path)) files[library] = await readFile(library);
  return { label: `${name} ${version}`, program, files };
}
