import { hostArchitecture } from '../lab/rootfs/architecture.ts';
import { bytesOfListing } from '../lab/rootfs/listing.ts';
import { staticElf } from '../lab/rootfs/static-elf.ts';
import { LabError, NotHereError } from '../lab/errors.ts';
import type { Subject } from '../lab/subject.ts';

const exit = `
  B8 E7 00 00 00 ; mov eax, 231   exit_group
  31 FF          ; xor edi, edi
  0F 05          ; syscall
`;

/** Programs of a few x86-64 instructions that end with status 0 unless the processor stops them. */
export const programs = {
  /** `cli` is for the most privileged ring only, unless the kernel says otherwise (Intel SDM, volume 2, CLI). */
  privileged: `FA ; cli\n${exit}`,
  /** Reads the first byte of the kernel's own code, mapped for the kernel alone (Documentation/x86/x86_64/mm.rst). */
  kernelMemory: `48 A1 00 00 00 81 FF FF FF FF ; mov rax, [0xffffffff81000000]\n${exit}`,
  /** Reads the program's own first bytes. */
  ownMemory: `48 A1 00 00 40 00 00 00 00 00 ; mov rax, [0x400000]\n${exit}`,
} as const;

/** Exit status of the program in a subject with a shell, as the shell says it: 128 and the signal where one ended it. @throws LabError where it says nothing */
export async function statusOf(subject: Subject, program: keyof typeof programs): Promise<number> {
  if (hostArchitecture() !== 'x86-64') {
    throw new NotHereError('The programs that the processor stops are written for x86-64 machines only.');
  }
  const code = Buffer.from(staticElf('x86-64', bytesOfListing(programs[program]))).toString('base64');
  const script =
    'f=$(mktemp) && echo "$0" | base64 -d > $f && chmod 700 $f || exit 1; { $f; } 2>/dev/null; echo $?; rm -f $f';
  const { stdout } = await subject.exec(['sh', '-c', script, code]);
  const said = stdout.trim().split('\n').at(-1) ?? '';
  if (!/^\d+$/.test(said)) {
    throw new LabError(`The shell on ${subject.label} did not say how the program ended; it said "${said}".`);
  }
  return Number(said);
}
