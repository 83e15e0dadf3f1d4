import type { Architecture } from './architecture.ts';

const loadAddress = 0x40_0000n;
const headerBytes = 64 + 56;

/** A program of these instructions, entered at the first: no library, no file, one readable and executable segment. */
export function staticElf(architecture: Architecture, code: Uint8Array): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(headerBytes + code.length);
  const view = new DataView(file.buffer);
  const size = BigInt(file.length);
  // elf(5): identification, then one header and one loadable segment that is the whole file.
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, 2, true); // e_type: ET_EXEC
  view.setUint16(18, architecture === 'x86-64' ? 62 : 183, true); // e_machine
  view.setUint32(20, 1, true); // e_version
  view.setBigUint64(24, loadAddress + BigInt(headerBytes), true); // e_entry
  view.setBigUint64(32, 64n, true); // e_phoff
  view.setUint16(52, 64, true); // e_ehsize
  view.setUint16(54, 56, true); // e_phentsize
  view.setUint16(56, 1, true); // e_phnum
  view.setUint32(64, 1, true); // p_type: PT_LOAD
  view.setUint32(68, 5, true); // p_flags: readable, executable
  view.setBigUint64(80, loadAddress, true); // p_vaddr
  view.setBigUint64(88, loadAddress, true); // p_paddr
  view.setBigUint64(96, size, true); // p_filesz
  view.setBigUint64(104, size, true); // p_memsz
  view.setBigUint64(112, 0x1_0000n, true); // p_align: the largest page size of arm64
  file.set(code, headerBytes);
  return file;
}
