import { hostArchitecture } from '../rootfs/architecture.ts';
import { staticElf } from '../rootfs/static-elf.ts';
import { bytesOfListing } from '../rootfs/listing.ts';
import { NotHereError } from '../errors.ts';

// The message follows the code: 16 bytes after the end of the instruction that takes its address.
const listing = `
  B8 01 00 00 00        ; mov eax, 1          write
  BF 01 00 00 00        ; mov edi, 1          stdout
  48 8D 35 10 00 00 00  ; lea rsi, [rip + 16]
  BA 00 00 00 00        ; mov edx, length
  0F 05                 ; syscall
  B8 22 00 00 00        ; rest: mov eax, 34   pause
  0F 05                 ; syscall
  EB F7                 ; jmp rest
`;
const lengthAt = 18;

/** A static x86-64 program that writes the word to stdout and then rests: enough to be a kernel's first process. */
export function sayElf(word: string): Uint8Array<ArrayBuffer> {
  if (hostArchitecture() !== 'x86-64') {
    throw new NotHereError('The smallest first process is written for x86-64 machines only.');
  }
  const message = new TextEncoder().encode(`${word}\n`);
  const code = bytesOfListing(listing);
  new DataView(code.buffer).setUint32(lengthAt, message.length, true);
  const program = new Uint8Array(code.length + message.length);
  program.set(code);
  program.set(message, code.length);
  return staticElf('x86-64', program);
}

/**
 * An initial file system with the console's device node and, unless `program` is null, that program as /init: the whole
 * userland (kernel documentation, driver-api/early-userspace/buffer-format.rst, "newc").
 */
export function initialFileSystem(program: Uint8Array | null): Uint8Array {
  const entries = [
    entry({ name: 'dev', mode: 0o040755 }),
    entry({ name: 'dev/console', mode: 0o020600, device: [5, 1] }),
    ...(program === null ? [] : [entry({ name: 'init', mode: 0o100755, content: program })]),
    entry({ name: 'TRAILER!!!', mode: 0 }),
  ];
  return Buffer.concat(entries);
}

interface Entry {
  readonly name: string;
  readonly mode: number;
  readonly device?: readonly [number, number];
  readonly content?: Uint8Array;
}

function entry({ name, mode, device = [0, 0], content = new Uint8Array() }: Entry): Buffer {
  // inode, mode, uid, gid, links, mtime, size, device (2), its own device number (2), length of the name, checksum
  const fields = [0, mode, 0, 0, 1, 0, content.length, 0, 0, ...device, name.length + 1, 0];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}${name}\0`;
  return Buffer.concat([padded(Buffer.from(header, 'latin1')), padded(content)]);
}

const padded = (bytes: Uint8Array): Buffer => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
