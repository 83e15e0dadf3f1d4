import { bytesOfListing } from '../lab/rootfs/listing.ts';
import { staticElf } from '../lab/rootfs/static-elf.ts';

// `say` prints one or two numbers; `num` reads a decimal; `sc` makes a system call with the arguments given.
const listing = `
  48 89 E7                        ; 0: mov rdi,rsp
  48 83 E4 F0                     ; 3: and rsp,0xfffffffffffffff0
  E8 CF 00 00 00                  ; 7: call db
  31 C0                           ; c: xor eax,eax
  0F BE 17                        ; e: movsx edx,BYTE PTR [rdi]
  84 D2                           ; 11: test dl,dl
  74 12                           ; 13: je 27
  48 6B C0 0A                     ; 15: imul rax,rax,0xa
  83 EA 30                        ; 19: sub edx,0x30
  48 FF C7                        ; 1c: inc rdi
  48 63 D2                        ; 1f: movsxd rdx,edx
  48 01 D0                        ; 22: add rax,rdx
  EB E7                           ; 25: jmp e
  C3                              ; 27: ret
  C6 44 24 FF 0A                  ; 28: mov BYTE PTR [rsp-0x1],0xa
  85 D2                           ; 2d: test edx,edx
  74 4D                           ; 2f: je 7e
  49 89 F0                        ; 31: mov r8,rsi
  48 8D 4C 24 FF                  ; 34: lea rcx,[rsp-0x1]
  41 B9 0A 00 00 00               ; 39: mov r9d,0xa
  49 F7 D8                        ; 3f: neg r8
  4C 0F 48 C6                     ; 42: cmovs r8,rsi
  4C 89 C0                        ; 46: mov rax,r8
  31 D2                           ; 49: xor edx,edx
  49 89 CA                        ; 4b: mov r10,rcx
  49 F7 F1                        ; 4e: div r9
  48 FF C9                        ; 51: dec rcx
  83 C2 30                        ; 54: add edx,0x30
  88 11                           ; 57: mov BYTE PTR [rcx],dl
  4C 89 C2                        ; 59: mov rdx,r8
  49 89 C0                        ; 5c: mov r8,rax
  48 83 FA 09                     ; 5f: cmp rdx,0x9
  77 E1                           ; 63: ja 46
  48 85 F6                        ; 65: test rsi,rsi
  78 0A                           ; 68: js 74
  C6 41 FF 20                     ; 6a: mov BYTE PTR [rcx-0x1],0x20
  48 8D 71 FF                     ; 6e: lea rsi,[rcx-0x1]
  EB 0F                           ; 72: jmp 83
  C6 41 FF 2D                     ; 74: mov BYTE PTR [rcx-0x1],0x2d
  49 8D 4A FE                     ; 78: lea rcx,[r10-0x2]
  EB EC                           ; 7c: jmp 6a
  48 8D 74 24 FF                  ; 7e: lea rsi,[rsp-0x1]
  48 89 F9                        ; 83: mov rcx,rdi
  41 B8 0A 00 00 00               ; 86: mov r8d,0xa
  48 F7 D9                        ; 8c: neg rcx
  48 0F 48 CF                     ; 8f: cmovs rcx,rdi
  48 89 C8                        ; 93: mov rax,rcx
  31 D2                           ; 96: xor edx,edx
  49 89 F1                        ; 98: mov r9,rsi
  49 F7 F0                        ; 9b: div r8
  48 FF CE                        ; 9e: dec rsi
  83 C2 30                        ; a1: add edx,0x30
  88 16                           ; a4: mov BYTE PTR [rsi],dl
  48 89 CA                        ; a6: mov rdx,rcx
  48 89 C1                        ; a9: mov rcx,rax
  48 83 FA 09                     ; ac: cmp rdx,0x9
  77 E1                           ; b0: ja 93
  48 85 FF                        ; b2: test rdi,rdi
  78 1A                           ; b5: js d1
  48 89 E2                        ; b7: mov rdx,rsp
  B8 01 00 00 00                  ; ba: mov eax,0x1
  45 31 D2                        ; bf: xor r10d,r10d
  45 31 C0                        ; c2: xor r8d,r8d
  48 29 F2                        ; c5: sub rdx,rsi
  45 31 C9                        ; c8: xor r9d,r9d
  48 89 C7                        ; cb: mov rdi,rax
  0F 05                           ; ce: syscall
  C3                              ; d0: ret
  C6 46 FF 2D                     ; d1: mov BYTE PTR [rsi-0x1],0x2d
  49 8D 71 FE                     ; d5: lea rsi,[r9-0x2]
  EB DC                           ; d9: jmp b7
  41 57                           ; db: push r15
  45 31 D2                        ; dd: xor r10d,r10d
  45 31 C0                        ; e0: xor r8d,r8d
  45 31 C9                        ; e3: xor r9d,r9d
  41 56                           ; e6: push r14
  41 55                           ; e8: push r13
  41 54                           ; ea: push r12
  55                              ; ec: push rbp
  BD 65 00 00 00                  ; ed: mov ebp,0x65
  53                              ; f2: push rbx
  48 89 FB                        ; f3: mov rbx,rdi
  48 81 EC 60 00 02 00            ; f6: sub rsp,0x20060
  48 8B 07                        ; fd: mov rax,QWORD PTR [rdi]
  48 8B 7F 10                     ; 100: mov rdi,QWORD PTR [rdi+0x10]
  48 89 44 24 10                  ; 104: mov QWORD PTR [rsp+0x10],rax
  E8 FE FE FF FF                  ; 109: call c
  48 8B 7B 18                     ; 10e: mov rdi,QWORD PTR [rbx+0x18]
  48 89 44 24 08                  ; 112: mov QWORD PTR [rsp+0x8],rax
  E8 F0 FE FF FF                  ; 117: call c
  48 8B 7B 20                     ; 11c: mov rdi,QWORD PTR [rbx+0x20]
  48 89 04 24                     ; 120: mov QWORD PTR [rsp],rax
  E8 E3 FE FF FF                  ; 124: call c
  48 8B 74 24 08                  ; 129: mov rsi,QWORD PTR [rsp+0x8]
  31 D2                           ; 12e: xor edx,edx
  BF 06 42 00 00                  ; 130: mov edi,0x4206
  48 89 44 24 18                  ; 135: mov QWORD PTR [rsp+0x18],rax
  31 C0                           ; 13a: xor eax,eax
  89 44 24 2C                     ; 13c: mov DWORD PTR [rsp+0x2c],eax
  48 89 E8                        ; 140: mov rax,rbp
  0F 05                           ; 143: syscall
  48 85 C0                        ; 145: test rax,rax
  79 1C                           ; 148: jns 166
  31 D2                           ; 14a: xor edx,edx
  45 31 D2                        ; 14c: xor r10d,r10d
  45 31 C0                        ; 14f: xor r8d,r8d
  45 31 C9                        ; 152: xor r9d,r9d
  B8 E7 00 00 00                  ; 155: mov eax,0xe7
  BF 01 00 00 00                  ; 15a: mov edi,0x1
  48 89 D6                        ; 15f: mov rsi,rdx
  0F 05                           ; 162: syscall
  EB 1D                           ; 164: jmp 183
  48 8B 74 24 08                  ; 166: mov rsi,QWORD PTR [rsp+0x8]
  45 31 D2                        ; 16b: xor r10d,r10d
  45 31 C0                        ; 16e: xor r8d,r8d
  45 31 C9                        ; 171: xor r9d,r9d
  BF 07 42 00 00                  ; 174: mov edi,0x4207
  48 89 E8                        ; 179: mov rax,rbp
  0F 05                           ; 17c: syscall
  48 85 C0                        ; 17e: test rax,rax
  78 C7                           ; 181: js 14a
  45 31 D2                        ; 183: xor r10d,r10d
  45 31 C0                        ; 186: xor r8d,r8d
  45 31 C9                        ; 189: xor r9d,r9d
  B8 3D 00 00 00                  ; 18c: mov eax,0x3d
  BA 00 00 00 40                  ; 191: mov edx,0x40000000
  48 8B 7C 24 08                  ; 196: mov rdi,QWORD PTR [rsp+0x8]
  48 8D 74 24 2C                  ; 19b: lea rsi,[rsp+0x2c]
  0F 05                           ; 1a0: syscall
  45 31 ED                        ; 1a2: xor r13d,r13d
  48 8D 6C 24 60                  ; 1a5: lea rbp,[rsp+0x60]
  41 BC 65 00 00 00               ; 1aa: mov r12d,0x65
  41 BE E7 00 00 00               ; 1b0: mov r14d,0xe7
  41 BF 02 00 00 00               ; 1b6: mov r15d,0x2
  48 8B 74 24 08                  ; 1bc: mov rsi,QWORD PTR [rsp+0x8]
  45 31 D2                        ; 1c1: xor r10d,r10d
  45 31 C0                        ; 1c4: xor r8d,r8d
  45 31 C9                        ; 1c7: xor r9d,r9d
  4C 89 E0                        ; 1ca: mov rax,r12
  BF 0C 42 00 00                  ; 1cd: mov edi,0x420c
  4C 89 EA                        ; 1d2: mov rdx,r13
  0F 05                           ; 1d5: syscall
  48 83 F8 FE                     ; 1d7: cmp rax,0xfffffffffffffffe
  74 53                           ; 1db: je 230
  48 83 F8 EA                     ; 1dd: cmp rax,0xffffffffffffffea
  74 4D                           ; 1e1: je 230
  48 85 C0                        ; 1e3: test rax,rax
  7E 06                           ; 1e6: jle 1ee
  49 83 FD 04                     ; 1e8: cmp r13,0x4
  75 16                           ; 1ec: jne 204
  31 D2                           ; 1ee: xor edx,edx
  45 31 D2                        ; 1f0: xor r10d,r10d
  45 31 C0                        ; 1f3: xor r8d,r8d
  45 31 C9                        ; 1f6: xor r9d,r9d
  4C 89 F0                        ; 1f9: mov rax,r14
  4C 89 FF                        ; 1fc: mov rdi,r15
  48 89 D6                        ; 1ff: mov rsi,rdx
  0F 05                           ; 202: syscall
  48 8B 74 24 08                  ; 204: mov rsi,QWORD PTR [rsp+0x8]
  49 89 EA                        ; 209: mov r10,rbp
  45 31 C0                        ; 20c: xor r8d,r8d
  45 31 C9                        ; 20f: xor r9d,r9d
  4C 89 E0                        ; 212: mov rax,r12
  BF 0C 42 00 00                  ; 215: mov edi,0x420c
  4C 89 EA                        ; 21a: mov rdx,r13
  0F 05                           ; 21d: syscall
  4A 89 44 EC 40                  ; 21f: mov QWORD PTR [rsp+r13*8+0x40],rax
  48 81 C5 00 80 00 00            ; 224: add rbp,0x8000
  49 FF C5                        ; 22b: inc r13
  EB 8C                           ; 22e: jmp 1bc
  45 31 D2                        ; 230: xor r10d,r10d
  45 31 C0                        ; 233: xor r8d,r8d
  45 31 C9                        ; 236: xor r9d,r9d
  B8 65 00 00 00                  ; 239: mov eax,0x65
  BF 11 00 00 00                  ; 23e: mov edi,0x11
  31 D2                           ; 243: xor edx,edx
  48 8B 74 24 08                  ; 245: mov rsi,QWORD PTR [rsp+0x8]
  0F 05                           ; 24a: syscall
  45 31 E4                        ; 24c: xor r12d,r12d
  41 BE 01 00 00 00               ; 24f: mov r14d,0x1
  48 8B 44 24 18                  ; 255: mov rax,QWORD PTR [rsp+0x18]
  49 39 C4                        ; 25a: cmp r12,rax
  0F 8D A6 01 00 00               ; 25d: jge 409
  B9 04 00 00 00                  ; 263: mov ecx,0x4
  31 F6                           ; 268: xor esi,esi
  48 8B 44 24 10                  ; 26a: mov rax,QWORD PTR [rsp+0x10]
  48 39 C1                        ; 26f: cmp rcx,rax
  7D 16                           ; 272: jge 28a
  48 8B 7C CB 08                  ; 274: mov rdi,QWORD PTR [rbx+rcx*8+0x8]
  E8 8E FD FF FF                  ; 279: call c
  4C 39 E0                        ; 27e: cmp rax,r12
  41 0F 44 F6                     ; 281: cmove esi,r14d
  48 FF C1                        ; 285: inc rcx
  EB E0                           ; 288: jmp 26a
  85 F6                           ; 28a: test esi,esi
  0F 85 6F 01 00 00               ; 28c: jne 401
  31 D2                           ; 292: xor edx,edx
  45 31 D2                        ; 294: xor r10d,r10d
  45 31 C0                        ; 297: xor r8d,r8d
  45 31 C9                        ; 29a: xor r9d,r9d
  B8 39 00 00 00                  ; 29d: mov eax,0x39
  48 89 D7                        ; 2a2: mov rdi,rdx
  48 89 D6                        ; 2a5: mov rsi,rdx
  0F 05                           ; 2a8: syscall
  48 89 44 24 08                  ; 2aa: mov QWORD PTR [rsp+0x8],rax
  48 85 C0                        ; 2af: test rax,rax
  0F 85 FA 00 00 00               ; 2b2: jne 3b2
  48 83 3C 24 00                  ; 2b8: cmp QWORD PTR [rsp],0x0
  74 34                           ; 2bd: je 2f3
  48 8B 7C 24 08                  ; 2bf: mov rdi,QWORD PTR [rsp+0x8]
  B8 74 00 00 00                  ; 2c4: mov eax,0x74
  48 89 FE                        ; 2c9: mov rsi,rdi
  48 89 FA                        ; 2cc: mov rdx,rdi
  0F 05                           ; 2cf: syscall
  48 8B 3C 24                     ; 2d1: mov rdi,QWORD PTR [rsp]
  B8 77 00 00 00                  ; 2d5: mov eax,0x77
  48 89 FE                        ; 2da: mov rsi,rdi
  48 89 FA                        ; 2dd: mov rdx,rdi
  0F 05                           ; 2e0: syscall
  48 8B 3C 24                     ; 2e2: mov rdi,QWORD PTR [rsp]
  B8 75 00 00 00                  ; 2e6: mov eax,0x75
  48 89 FE                        ; 2eb: mov rsi,rdi
  48 89 FA                        ; 2ee: mov rdx,rdi
  0F 05                           ; 2f1: syscall
  45 31 D2                        ; 2f3: xor r10d,r10d
  45 31 C0                        ; 2f6: xor r8d,r8d
  45 31 C9                        ; 2f9: xor r9d,r9d
  B8 9D 00 00 00                  ; 2fc: mov eax,0x9d
  BF 26 00 00 00                  ; 301: mov edi,0x26
  BE 01 00 00 00                  ; 306: mov esi,0x1
  31 D2                           ; 30b: xor edx,edx
  0F 05                           ; 30d: syscall
  41 BF 01 00 00 00               ; 30f: mov r15d,0x1
  49 8D 6D FF                     ; 315: lea rbp,[r13-0x1]
  48 83 FD FF                     ; 319: cmp rbp,0xffffffffffffffff
  74 51                           ; 31d: je 370
  48 8B 44 EC 40                  ; 31f: mov rax,QWORD PTR [rsp+rbp*8+0x40]
  48 8D 4C 24 60                  ; 324: lea rcx,[rsp+0x60]
  45 31 D2                        ; 329: xor r10d,r10d
  45 31 C0                        ; 32c: xor r8d,r8d
  45 31 C9                        ; 32f: xor r9d,r9d
  31 F6                           ; 332: xor esi,esi
  48 8D 54 24 30                  ; 334: lea rdx,[rsp+0x30]
  4C 89 FF                        ; 339: mov rdi,r15
  66 89 44 24 30                  ; 33c: mov WORD PTR [rsp+0x30],ax
  48 89 E8                        ; 341: mov rax,rbp
  48 C1 E0 0F                     ; 344: shl rax,0xf
  48 01 C8                        ; 348: add rax,rcx
  48 89 44 24 38                  ; 34b: mov QWORD PTR [rsp+0x38],rax
  B8 3D 01 00 00                  ; 350: mov eax,0x13d
  0F 05                           ; 355: syscall
  48 85 C0                        ; 357: test rax,rax
  79 0F                           ; 35a: jns 36b
  B8 E7 00 00 00                  ; 35c: mov eax,0xe7
  BF 03 00 00 00                  ; 361: mov edi,0x3
  48 89 F2                        ; 366: mov rdx,rsi
  0F 05                           ; 369: syscall
  48 FF CD                        ; 36b: dec rbp
  EB A9                           ; 36e: jmp 319
  49 83 CA FF                     ; 370: or r10,0xffffffffffffffff
  49 83 C8 FF                     ; 374: or r8,0xffffffffffffffff
  49 83 C9 FF                     ; 378: or r9,0xffffffffffffffff
  4C 89 E0                        ; 37c: mov rax,r12
  48 89 EF                        ; 37f: mov rdi,rbp
  48 89 EE                        ; 382: mov rsi,rbp
  48 89 EA                        ; 385: mov rdx,rbp
  0F 05                           ; 388: syscall
  BA 01 00 00 00                  ; 38a: mov edx,0x1
  48 89 C6                        ; 38f: mov rsi,rax
  4C 89 E7                        ; 392: mov rdi,r12
  E8 8E FC FF FF                  ; 395: call 28
  31 D2                           ; 39a: xor edx,edx
  45 31 D2                        ; 39c: xor r10d,r10d
  45 31 C0                        ; 39f: xor r8d,r8d
  45 31 C9                        ; 3a2: xor r9d,r9d
  B8 E7 00 00 00                  ; 3a5: mov eax,0xe7
  48 89 D7                        ; 3aa: mov rdi,rdx
  48 89 D6                        ; 3ad: mov rsi,rdx
  0F 05                           ; 3b0: syscall
  48 8B 7C 24 08                  ; 3b2: mov rdi,QWORD PTR [rsp+0x8]
  45 31 D2                        ; 3b7: xor r10d,r10d
  45 31 C0                        ; 3ba: xor r8d,r8d
  45 31 C9                        ; 3bd: xor r9d,r9d
  31 D2                           ; 3c0: xor edx,edx
  B8 3D 00 00 00                  ; 3c2: mov eax,0x3d
  48 8D 74 24 2C                  ; 3c7: lea rsi,[rsp+0x2c]
  0F 05                           ; 3cc: syscall
  8B 7C 24 2C                     ; 3ce: mov edi,DWORD PTR [rsp+0x2c]
  40 F6 C7 7F                     ; 3d2: test dil,0x7f
  74 0C                           ; 3d6: je 3e4
  31 F6                           ; 3d8: xor esi,esi
  4C 89 E7                        ; 3da: mov rdi,r12
  E8 46 FC FF FF                  ; 3dd: call 28
  EB 1D                           ; 3e2: jmp 401
  85 FF                           ; 3e4: test edi,edi
  74 19                           ; 3e6: je 401
  C1 FF 08                        ; 3e8: sar edi,0x8
  45 31 D2                        ; 3eb: xor r10d,r10d
  45 31 C0                        ; 3ee: xor r8d,r8d
  45 31 C9                        ; 3f1: xor r9d,r9d
  48 63 FF                        ; 3f4: movsxd rdi,edi
  B8 E7 00 00 00                  ; 3f7: mov eax,0xe7
  48 89 D6                        ; 3fc: mov rsi,rdx
  0F 05                           ; 3ff: syscall
  49 FF C4                        ; 401: inc r12
  E9 4C FE FF FF                  ; 404: jmp 255
  31 D2                           ; 409: xor edx,edx
  45 31 D2                        ; 40b: xor r10d,r10d
  45 31 C0                        ; 40e: xor r8d,r8d
  45 31 C9                        ; 411: xor r9d,r9d
  B8 E7 00 00 00                  ; 414: mov eax,0xe7
  48 89 D7                        ; 419: mov rdi,rdx
  48 89 D6                        ; 41c: mov rsi,rdx
  0F 05                           ; 41f: syscall
  48 81 C4 60 00 02 00            ; 421: add rsp,0x20060
  5B                              ; 428: pop rbx
  5D                              ; 429: pop rbp
  41 5C                           ; 42a: pop r12
  41 5D                           ; 42c: pop r13
  41 5E                           ; 42e: pop r14
  41 5F                           ; 430: pop r15
  C3                              ; 432: ret
`;

/**
 * A static x86-64 program, `pid user end left-out...`, for root. It stops a process for a moment, asks the kernel for the
 * filters of system calls that hold for it (ptrace(2), PTRACE_SECCOMP_GET_FILTER), and lets it go. Then, for each number
 * below `end` that is not left out, a child of its own becomes that user (0: stays root), puts itself under the same
 * filters, makes the call with -1 for each argument and prints `number answer`; of a child that a signal ended, it prints
 * the number alone. Exit status: 1 the process could not be stopped, 2 its filters could not be read, 3 not be set.
 */
export function filterSweepElf(): Uint8Array<ArrayBuffer> {
  return staticElf('x86-64', bytesOfListing(listing));
}
