import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const script = fileURLToPath(new URL('without-starting.sh', import.meta.url));

export interface Guarded {
  readonly exitCode: number;
  /** Links that would have started a newly installed service at the next boot, and were removed. */
  readonly switchedOff: readonly string[];
}

export interface GuardOptions {
  /** Folder of the system; this machine's where it is left out. */
  readonly root?: string;
  /** Where the command's output goes. */
  readonly output?: 'inherit' | 'ignore';
}

/**
 * Runs a command that installs or removes packages while no service may be started, stopped or restarted by it. It
 * cannot be interrupted once begun (without-starting.sh says why).
 */
export async function withoutStarting(command: readonly string[], options: GuardOptions = {}): Promise<Guarded> {
  const scratch = await mkdtemp(join(tmpdir(), 'bare-claims-'));
  try {
    const report = join(scratch, 'switched-off');
    const stream = options.output ?? 'inherit';
    const { exitCode } = await execa('sh', [script, options.root ?? '', report, ...command], {
      env: quietEnvironment,
      // A session of its own: Ctrl-C in a terminal goes to the terminal's session.
      detached: true,
      cleanup: false,
      // Standard output belongs to whoever asked for packages: its JSON may be read by a program.
      stdio: [
        'ignore',
        stream === 'inherit' ? process.stderr : 'ignore',
        stream === 'inherit' ? process.stderr : 'ignore',
      ],
      reject: false,
    });
    const text = await readFile(report, 'utf8').catch(() => '');
    return { exitCode: exitCode ?? 1, switchedOff: text.split('\n').filter((line) => line !== '') };
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** No questions, one language to parse, and no restarting of services that use a library that was upgraded. */
export const quietEnvironment: Readonly<Record<string, string>> = {
  DEBIAN_FRONTEND: 'noninteractive',
  NEEDRESTART_SUSPEND: '1',
  LC_ALL: 'C',
};
