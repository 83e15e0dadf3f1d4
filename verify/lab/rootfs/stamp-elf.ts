import type { Architecture } from './architecture.ts';
import { bytesOfListing, wordsOfListing } from './listing.ts';
import { staticElf } from './static-elf.ts';

// clock_gettime(CLOCK_MONOTONIC) comes first, so that the stamp is the time of the program's first instructions; all
// else happens after. CLOCK_MONOTONIC is one clock for a host and its containers, but not for a guest.
const x8664 = `
  48 83 EC 40       ; sub rsp, 64
  B8 E4 00 00 00    ; mov eax, 228          clock_gettime
  BF 01 00 00 00    ; mov edi, 1            CLOCK_MONOTONIC
  48 89 E6          ; mov rsi, rsp
  0F 05             ; syscall
  48 8B 04 24       ; mov rax, [rsp]        seconds
  B9 00 CA 9A 3B    ; mov ecx, 1000000000
  48 F7 E1          ; mul rcx
  48 03 44 24 08    ; add rax, [rsp + 8]    nanoseconds
  48 8D 74 24 3F    ; lea rsi, [rsp + 63]
  C6 06 0A          ; mov byte [rsi], 10    line feed
  B9 0A 00 00 00    ; mov ecx, 10
  31 D2             ; digit: xor edx, edx
  48 F7 F1          ; div rcx
  80 C2 30          ; add dl, '0'
  48 FF CE          ; dec rsi
  88 16             ; mov [rsi], dl
  48 85 C0          ; test rax, rax
  75 EE             ; jnz digit
  B8 01 00 00 00    ; mov eax, 1            write
  BF 01 00 00 00    ; mov edi, 1            stdout
  48 8D 54 24 40    ; lea rdx, [rsp + 64]
  48 29 F2          ; sub rdx, rsi
  0F 05             ; syscall
  B8 3C 00 00 00    ; mov eax, 60           exit
  31 FF             ; xor edi, edi
  0F 05             ; syscall
`;

const arm64 = `
  D10103FF ; sub sp, sp, #64
  D2800E28 ; mov x8, #113           clock_gettime
  D2800020 ; mov x0, #1             CLOCK_MONOTONIC
  910003E1 ; mov x1, sp
  D4000001 ; svc #0
  A94007E0 ; ldp x0, x1, [sp]       seconds, nanoseconds
  D2994002 ; movz x2, #0xca00
  F2A77342 ; movk x2, #0x3b9a, lsl 16   1000000000
  9B020400 ; madd x0, x0, x2, x1
  9100FFE3 ; add x3, sp, #63
  52800144 ; mov w4, #10            line feed, and the divisor
  39000064 ; strb w4, [x3]
  9AC40805 ; digit: udiv x5, x0, x4
  9B0480A6 ; msub x6, x5, x4, x0
  1100C0C6 ; add w6, w6, #'0'
  381FFC66 ; strb w6, [x3, #-1]!
  AA0503E0 ; mov x0, x5
  B5FFFF60 ; cbnz x0, digit
  D2800808 ; mov x8, #64            write
  D2800020 ; mov x0, #1             stdout
  AA0303E1 ; mov x1, x3
  910103E2 ; add x2, sp, #64
  CB030042 ; sub x2, x2, x3
  D4000001 ; svc #0
  D2800BA8 ; mov x8, #93            exit
  D2800000 ; mov x0, #0
  D4000001 ; svc #0
`;

/**
 * A static program that writes CLOCK_MONOTONIC at its start to stdout, as decimal nanoseconds and a line feed, and exits
 * with 0. It needs no library and no file, so that what is timed is the start of a process and nothing else.
 */
export function stampElf(architecture: Architecture): Uint8Array<ArrayBuffer> {
  return staticElf(architecture, architecture === 'x86-64' ? bytesOfListing(x8664) : wordsOfListing(arm64));
}
