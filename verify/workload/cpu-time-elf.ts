import type { Architecture } from '../lab/rootfs/architecture.ts';
import { bytesOfListing, wordsOfListing } from '../lab/rootfs/listing.ts';
import { staticElf } from '../lab/rootfs/static-elf.ts';

const x8664 = `
  4C 8B 24 24          ; mov r12, [rsp]              argc
  4C 8D 6C 24 10       ; lea r13, [rsp + 16]         argv + 1
  4E 8D 74 E4 10       ; lea r14, [rsp + r12*8 + 16] environment
  B8 39 00 00 00       ; mov eax, 57                 fork
  0F 05                ; syscall
  85 C0                ; test eax, eax
  75 1D                ; jnz parent
  49 8B 7D 00          ; mov rdi, [r13]
  4C 89 EE             ; mov rsi, r13
  4C 89 F2             ; mov rdx, r14
  B8 3B 00 00 00       ; mov eax, 59                 execve
  0F 05                ; syscall
  BF 7F 00 00 00       ; mov edi, 127                it could not be run, as a shell says it
  B8 3C 00 00 00       ; mov eax, 60                 exit
  0F 05                ; syscall
  48 81 EC D0 00 00 00 ; parent: sub rsp, 208
  89 C7                ; mov edi, eax
  48 89 E6             ; mov rsi, rsp                status
  31 D2                ; xor edx, edx
  4C 8D 54 24 40       ; lea r10, [rsp + 64]         rusage
  B8 3D 00 00 00       ; mov eax, 61                 wait4
  0F 05                ; syscall
  44 8B 24 24          ; mov r12d, [rsp]             status
  48 8B 44 24 40       ; mov rax, [rsp + 64]         user seconds
  48 03 44 24 50       ; add rax, [rsp + 80]         system seconds
  B9 40 42 0F 00       ; mov ecx, 1000000
  48 F7 E1             ; mul rcx
  48 03 44 24 48       ; add rax, [rsp + 72]         user microseconds
  48 03 44 24 58       ; add rax, [rsp + 88]         system microseconds
  48 8D 74 24 3F       ; lea rsi, [rsp + 63]
  C6 06 0A             ; mov byte [rsi], 10          line feed
  B9 0A 00 00 00       ; mov ecx, 10
  31 D2                ; digit: xor edx, edx
  48 F7 F1             ; div rcx
  80 C2 30             ; add dl, '0'
  48 FF CE             ; dec rsi
  88 16                ; mov [rsi], dl
  48 85 C0             ; test rax, rax
  75 EE                ; jnz digit
  B8 01 00 00 00       ; mov eax, 1                  write
  BF 02 00 00 00       ; mov edi, 2                  stderr
  48 8D 54 24 40       ; lea rdx, [rsp + 64]
  48 29 F2             ; sub rdx, rsi
  0F 05                ; syscall
  44 89 E0             ; mov eax, r12d
  83 E0 7F             ; and eax, 127                the signal that ended it
  8D B8 80 00 00 00    ; lea edi, [rax + 128]
  75 0A                ; jnz exit
  44 89 E7             ; mov edi, r12d
  C1 EF 08             ; shr edi, 8
  40 0F B6 FF          ; movzx edi, dil              its exit code
  B8 3C 00 00 00       ; exit: mov eax, 60
  0F 05                ; syscall
`;

const arm64 = `
  F94003F3 ; ldr x19, [sp]            argc
  910043F4 ; add x20, sp, #16         argv + 1
  8B336FF5 ; add x21, sp, x19, lsl #3
  910042B5 ; add x21, x21, #16        environment
  D2800220 ; mov x0, #17              SIGCHLD
  D2800001 ; mov x1, #0
  D2800002 ; mov x2, #0
  D2800003 ; mov x3, #0
  D2800004 ; mov x4, #0
  D2801B88 ; mov x8, #220             clone, as fork
  D4000001 ; svc #0
  B5000120 ; cbnz x0, parent
  F9400280 ; ldr x0, [x20]
  AA1403E1 ; mov x1, x20
  AA1503E2 ; mov x2, x21
  D2801BA8 ; mov x8, #221             execve
  D4000001 ; svc #0
  D2800FE0 ; mov x0, #127             it could not be run, as a shell says it
  D2800BA8 ; mov x8, #93              exit
  D4000001 ; svc #0
  D10343FF ; parent: sub sp, sp, #208
  910003E1 ; mov x1, sp               status
  D2800002 ; mov x2, #0
  910103E3 ; add x3, sp, #64          rusage
  D2802088 ; mov x8, #260             wait4
  D4000001 ; svc #0
  B94003F3 ; ldr w19, [sp]            status
  A94407E0 ; ldp x0, x1, [sp, #64]    user seconds, microseconds
  A9450FE2 ; ldp x2, x3, [sp, #80]    system
  8B020000 ; add x0, x0, x2
  8B030021 ; add x1, x1, x3
  D2884802 ; movz x2, #0x4240
  F2A001E2 ; movk x2, #0xf, lsl #16   1000000
  9B020400 ; madd x0, x0, x2, x1
  9100FFE3 ; add x3, sp, #63
  52800144 ; mov w4, #10              line feed, and the divisor
  39000064 ; strb w4, [x3]
  9AC40805 ; digit: udiv x5, x0, x4
  9B0480A6 ; msub x6, x5, x4, x0
  1100C0C6 ; add w6, w6, #'0'
  381FFC66 ; strb w6, [x3, #-1]!
  AA0503E0 ; mov x0, x5
  B5FFFF60 ; cbnz x0, digit
  D2800808 ; mov x8, #64              write
  D2800040 ; mov x0, #2               stderr
  AA0303E1 ; mov x1, x3
  910103E2 ; add x2, sp, #64
  CB030042 ; sub x2, x2, x3
  D4000001 ; svc #0
  53083E60 ; ubfx w0, w19, #8, #8     its exit code
  72001A61 ; ands w1, w19, #127       the signal that ended it
  11020021 ; add w1, w1, #128
  1A801020 ; csel w0, w1, w0, ne
  D2800BA8 ; mov x8, #93              exit
  D4000001 ; svc #0
`;

/**
 * A static program that runs the command in its arguments (an absolute path first) and then writes to stderr, as its
 * last line, the microseconds of user and system time together that the command and its children took (wait4(2),
 * rusage); it exits as the command did. The kernel's sum of both is exact, whatever the split between them. No standard
 * tool prints it finer than 1 ms and is the same on a host, in a container and in a guest.
 */
export function cpuTimeElf(architecture: Architecture): Uint8Array<ArrayBuffer> {
  return staticElf(architecture, architecture === 'x86-64' ? bytesOfListing(x8664) : wordsOfListing(arm64));
}
