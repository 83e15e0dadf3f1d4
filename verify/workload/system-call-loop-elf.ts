import type { Architecture } from '../lab/rootfs/architecture.ts';
import { bytesOfListing, wordsOfListing } from '../lab/rootfs/listing.ts';
import { staticElf } from '../lab/rootfs/static-elf.ts';

// Decimal arguments are numbers, all others addresses of their own text.
const x8664 = `
  4C 8B 24 24          ; mov r12, [rsp]              argc
  4C 8D 6C 24 10       ; lea r13, [rsp + 16]         argv + 1
  48 83 EC 40          ; sub rsp, 64
  49 89 E6             ; mov r14, rsp                table: count, number, four arguments
  31 DB                ; xor ebx, ebx
  31 C0                ; xor eax, eax
  48 8D 3C 24          ; lea rdi, [rsp]
  B9 08 00 00 00       ; mov ecx, 8
  F3 48 AB             ; rep stosq
  49 8B 74 DD 00       ; next: mov rsi, [r13 + rbx*8]
  48 85 F6             ; test rsi, rsi
  74 32                ; jz go
  83 FB 06             ; cmp ebx, 6
  7D 2D                ; jge go
  0F B6 0E             ; movzx ecx, byte ptr [rsi]
  83 E9 30             ; sub ecx, '0'
  83 F9 09             ; cmp ecx, 9
  77 17                ; ja text
  31 C0                ; xor eax, eax
  0F B6 0E             ; digit: movzx ecx, byte ptr [rsi]
  85 C9                ; test ecx, ecx
  74 11                ; jz number
  48 6B C0 0A          ; imul rax, rax, 10
  48 8D 44 08 D0       ; lea rax, [rax + rcx - '0']
  48 FF C6             ; inc rsi
  EB EB                ; jmp digit
  48 89 F0             ; text: mov rax, rsi
  49 89 04 DE          ; number: mov [r14 + rbx*8], rax
  FF C3                ; inc ebx
  EB C4                ; jmp next
  49 8B 1E             ; go: mov rbx, [r14]
  49 8B 46 08          ; again: mov rax, [r14 + 8]
  49 8B 7E 10          ; mov rdi, [r14 + 16]
  49 8B 76 18          ; mov rsi, [r14 + 24]
  49 8B 56 20          ; mov rdx, [r14 + 32]
  4D 8B 56 28          ; mov r10, [r14 + 40]
  0F 05                ; syscall
  48 3D 00 F0 FF FF    ; cmp rax, -4096              above: an error number, negated
  77 09                ; ja failed
  48 FF CB             ; dec rbx
  75 DD                ; jnz again
  31 FF                ; xor edi, edi
  EB 05                ; jmp exit
  BF 01 00 00 00       ; failed: mov edi, 1
  B8 E7 00 00 00       ; exit: mov eax, 231          exit_group
  0F 05                ; syscall
`;

const arm64 = `
  910043F3 ; add x19, sp, #16         argv + 1
  D10103FF ; sub sp, sp, #64          table: count, number, four arguments
  D2800014 ; mov x20, #0
  A9007FFF ; stp xzr, xzr, [sp]
  A9017FFF ; stp xzr, xzr, [sp, #16]
  A9027FFF ; stp xzr, xzr, [sp, #32]
  F8747A61 ; next: ldr x1, [x19, x20, lsl #3]
  B4000241 ; cbz x1, go
  F1001A9F ; cmp x20, #6
  5400020A ; b.ge go
  39400022 ; ldrb w2, [x1]
  5100C042 ; sub w2, w2, #'0'
  7100245F ; cmp w2, #9
  54000108 ; b.hi text
  D2800000 ; mov x0, #0
  D2800143 ; mov x3, #10
  38401422 ; digit: ldrb w2, [x1], #1
  340000A2 ; cbz w2, number
  5100C042 ; sub w2, w2, #'0'
  9B030800 ; madd x0, x0, x3, x2
  17FFFFFC ; b digit
  AA0103E0 ; text: mov x0, x1
  F8347BE0 ; number: str x0, [sp, x20, lsl #3]
  91000694 ; add x20, x20, #1
  17FFFFEE ; b next
  F94003F5 ; go: ldr x21, [sp]
  A94083E8 ; again: ldp x8, x0, [sp, #8]
  A9418BE1 ; ldp x1, x2, [sp, #24]
  F94017E3 ; ldr x3, [sp, #40]
  D4000001 ; svc #0
  B13FFC1F ; cmn x0, #4095            at or above: an error number, negated
  540000A2 ; b.hs failed
  F10006B5 ; subs x21, x21, #1
  54FFFF21 ; b.ne again
  D2800000 ; mov x0, #0
  14000002 ; b exit
  D2800020 ; failed: mov x0, #1
  D2800BC8 ; exit: mov x8, #94        exit_group
  D4000001 ; svc #0
`;

/**
 * A static program that makes the same system call over and over: `count number argument...`, at most four arguments. It
 * exits with 1 as soon as a call returns an error, and with 0 after the last.
 */
export function systemCallLoopElf(architecture: Architecture): Uint8Array<ArrayBuffer> {
  return staticElf(architecture, architecture === 'x86-64' ? bytesOfListing(x8664) : wordsOfListing(arm64));
}
