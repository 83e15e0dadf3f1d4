import { bytesOfListing } from '../rootfs/listing.ts';

// Loaded by the firmware at 0x7C00 in 16-bit mode (IBM PC BIOS). COM1 is at 0x3F8; bit 5 of its line status register
// says that the next byte may be sent.
const listing = `
  FA          ; cli
  31 C0       ; xor ax, ax
  8E D8       ; mov ds, ax
  FC          ; cld
  BE 22 7C    ; mov si, 0x7C22    the text, right after the code
  AC          ; next: lodsb
  84 C0       ; test al, al
  74 11       ; jz halt
  88 C4       ; mov ah, al
  BA FD 03    ; mov dx, 0x3FD
  EC          ; wait: in al, dx
  A8 20       ; test al, 0x20
  74 FB       ; jz wait
  B2 F8       ; mov dl, 0xF8
  88 E0       ; mov al, ah
  EE          ; out dx, al
  EB EA       ; jmp next
  F4          ; halt: hlt
  EB FD       ; jmp halt
`;

const sectorBytes = 512;

/**
 * A whole operating system in 512 bytes, the smallest that there can be: it prints a token on the first serial port and
 * halts. Without its signature (0x55 0xAA at the end) firmware refuses to boot it. For x86 machines only.
 */
export function bootSector(token: string, { signature = true }: { readonly signature?: boolean } = {}): Uint8Array {
  const code = bytesOfListing(listing);
  const text = new TextEncoder().encode(`${token}\r\n\0`);
  if (code.length + text.length > sectorBytes - 2) {
    throw new RangeError(`A boot sector has no room for a token of ${String(token.length)} characters.`);
  }
  const sector = new Uint8Array(sectorBytes);
  sector.set(code);
  sector.set(text, code.length);
  if (signature) sector.set([0x55, 0xaa], sectorBytes - 2);
  return sector;
}
