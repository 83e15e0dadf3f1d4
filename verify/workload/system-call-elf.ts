import { bytesOfListing } from '../lab/rootfs/listing.ts';
import { staticElf } from '../lab/rootfs/static-elf.ts';

// Decimal arguments (with "-" or not) are numbers, all others addresses of their own text.
const listing = `
  48 89 E7                        ; 0: mov rdi,rsp
  48 83 E4 F0                     ; 3: and rsp,0xfffffffffffffff0
  EB 00                           ; 7: jmp 9
  53                              ; 9: push rbx
  49 89 F8                        ; a: mov r8,rdi
  4C 8B 0F                        ; d: mov r9,QWORD PTR [rdi]
  B9 0E 00 00 00                  ; 10: mov ecx,0xe
  31 C0                           ; 15: xor eax,eax
  BA 01 00 00 00                  ; 17: mov edx,0x1
  48 8D 7C 24 C8                  ; 1c: lea rdi,[rsp-0x38]
  48 8D 5C 24 C8                  ; 21: lea rbx,[rsp-0x38]
  F3 AB                           ; 26: rep stos DWORD PTR es:[rdi],eax
  4C 39 CA                        ; 28: cmp rdx,r9
  7D 56                           ; 2b: jge 83
  48 83 FA 07                     ; 2d: cmp rdx,0x7
  7F 50                           ; 31: jg 83
  49 8B 44 D0 08                  ; 33: mov rax,QWORD PTR [r8+rdx*8+0x8]
  80 38 2D                        ; 38: cmp BYTE PTR [rax],0x2d
  75 0B                           ; 3b: jne 48
  48 8D 70 01                     ; 3d: lea rsi,[rax+0x1]
  BF 01 00 00 00                  ; 41: mov edi,0x1
  EB 05                           ; 46: jmp 4d
  48 89 C6                        ; 48: mov rsi,rax
  31 FF                           ; 4b: xor edi,edi
  8A 0E                           ; 4d: mov cl,BYTE PTR [rsi]
  83 E9 30                        ; 4f: sub ecx,0x30
  80 F9 09                        ; 52: cmp cl,0x9
  77 22                           ; 55: ja 79
  31 C0                           ; 57: xor eax,eax
  0F BE 0E                        ; 59: movsx ecx,BYTE PTR [rsi]
  84 C9                           ; 5c: test cl,cl
  74 12                           ; 5e: je 72
  48 6B C0 0A                     ; 60: imul rax,rax,0xa
  83 E9 30                        ; 64: sub ecx,0x30
  48 FF C6                        ; 67: inc rsi
  48 63 C9                        ; 6a: movsxd rcx,ecx
  48 01 C8                        ; 6d: add rax,rcx
  EB E7                           ; 70: jmp 59
  85 FF                           ; 72: test edi,edi
  74 03                           ; 74: je 79
  48 F7 D8                        ; 76: neg rax
  48 89 44 D3 F8                  ; 79: mov QWORD PTR [rbx+rdx*8-0x8],rax
  48 FF C2                        ; 7e: inc rdx
  EB A5                           ; 81: jmp 28
  4C 8B 54 24 E8                  ; 83: mov r10,QWORD PTR [rsp-0x18]
  4C 8B 44 24 F0                  ; 88: mov r8,QWORD PTR [rsp-0x10]
  4C 8B 4C 24 F8                  ; 8d: mov r9,QWORD PTR [rsp-0x8]
  48 8B 54 24 E0                  ; 92: mov rdx,QWORD PTR [rsp-0x20]
  48 8B 74 24 D8                  ; 97: mov rsi,QWORD PTR [rsp-0x28]
  48 8B 7C 24 D0                  ; 9c: mov rdi,QWORD PTR [rsp-0x30]
  48 8B 44 24 C8                  ; a1: mov rax,QWORD PTR [rsp-0x38]
  0F 05                           ; a6: syscall
  48 89 C1                        ; a8: mov rcx,rax
  C6 44 24 C7 0A                  ; ab: mov BYTE PTR [rsp-0x39],0xa
  49 89 C0                        ; b0: mov r8,rax
  48 8D 74 24 C7                  ; b3: lea rsi,[rsp-0x39]
  48 F7 D9                        ; b8: neg rcx
  BF 0A 00 00 00                  ; bb: mov edi,0xa
  48 0F 48 C8                     ; c0: cmovs rcx,rax
  48 89 C8                        ; c4: mov rax,rcx
  31 D2                           ; c7: xor edx,edx
  49 89 F1                        ; c9: mov r9,rsi
  48 F7 F7                        ; cc: div rdi
  48 FF CE                        ; cf: dec rsi
  83 C2 30                        ; d2: add edx,0x30
  88 16                           ; d5: mov BYTE PTR [rsi],dl
  48 89 CA                        ; d7: mov rdx,rcx
  48 89 C1                        ; da: mov rcx,rax
  48 83 FA 09                     ; dd: cmp rdx,0x9
  77 E1                           ; e1: ja 40013c
  4D 85 C0                        ; e3: test r8,r8
  79 08                           ; e6: jns 400168
  C6 46 FF 2D                     ; e8: mov BYTE PTR [rsi-0x1],0x2d
  49 8D 71 FE                     ; ec: lea rsi,[r9-0x2]
  48 29 F3                        ; f0: sub rbx,rsi
  B8 01 00 00 00                  ; f3: mov eax,0x1
  45 31 D2                        ; f8: xor r10d,r10d
  45 31 C0                        ; fb: xor r8d,r8d
  48 89 DA                        ; fe: mov rdx,rbx
  45 31 C9                        ; 101: xor r9d,r9d
  48 89 C7                        ; 104: mov rdi,rax
  0F 05                           ; 107: syscall
  31 D2                           ; 109: xor edx,edx
  B8 E7 00 00 00                  ; 10b: mov eax,0xe7
  48 89 D7                        ; 110: mov rdi,rdx
  48 89 D6                        ; 113: mov rsi,rdx
  0F 05                           ; 116: syscall
  EB FE                           ; 118: jmp 400190
`;

/**
 * A static x86-64 program that makes one system call, `number argument...` (at most six), and prints what the kernel
 * returned: a negative result is an error number (errno(3)).
 */
export function systemCallElf(): Uint8Array<ArrayBuffer> {
  return staticElf('x86-64', bytesOfListing(listing));
}
