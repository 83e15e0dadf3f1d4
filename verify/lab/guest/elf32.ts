import { LabError } from '../errors.ts';

const header32 = 52;
const segment32 = 32;

/**
 * A program in the 32-bit kind of ELF file, from one in the 64-bit kind: the same instructions in the same places (elf(5)).
 * Some distributions wrap a 32-bit kernel in the 64-bit kind, which multiboot loaders refuse. Sections are left out.
 */
export function elf32(file: Uint8Array): Uint8Array<ArrayBuffer> {
  const from = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (from.getUint32(0) !== 0x7f454c46 || file[4] !== 2) throw new LabError('This is no ELF file of the 64-bit kind.');
  const number = (at: number): number => {
    const value = from.getBigUint64(at, true);
    if (value >= 2n ** 32n)
      throw new LabError(`0x${value.toString(16)} does not fit into an ELF file of the 32-bit kind.`);
    return Number(value);
  };
  const segments = from.getUint16(56, true);
  const table = number(32);
  // What follows keeps its place: the header and table of the 32-bit kind are the smaller ones.
  const result = new Uint8Array(file.length);
  result.set(file);
  result.fill(0, 0, Math.max(header32 + segments * segment32, table + segments * 56));
  const to = new DataView(result.buffer);
  result.set(file.subarray(0, 16));
  result[4] = 1;
  to.setUint16(16, from.getUint16(16, true), true);
  to.setUint16(18, 3, true); // e_machine: EM_386
  to.setUint32(20, 1, true);
  to.setUint32(24, number(24), true); // e_entry
  to.setUint32(28, header32, true); // e_phoff
  to.setUint16(40, header32, true); // e_ehsize
  to.setUint16(42, segment32, true);
  to.setUint16(44, segments, true);
  for (let index = 0; index < segments; index += 1) {
    const [old, at] = [table + index * 56, header32 + index * segment32];
    to.setUint32(at, from.getUint32(old, true), true); // p_type
    // offset, virtual and physical address, size in the file and in memory
    for (const [field, source] of [8, 16, 24, 32, 40].entries()) {
      to.setUint32(at + 4 + field * 4, number(old + source), true);
    }
    to.setUint32(at + 24, from.getUint32(old + 4, true), true); // p_flags
    to.setUint32(at + 28, number(old + 48), true); // p_align
  }
  return result;
}
