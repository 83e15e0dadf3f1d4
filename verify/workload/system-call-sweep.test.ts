import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { hostSubject } from '../lab/host/subject.ts';
import { systemCallsOpenTo } from './system-call-sweep.ts';

const here = process.platform === 'linux' && process.arch === 'x64' && process.getuid?.() === 0;

test.runIf(here)(
  'a process without a filter may call what its user may, and is stopped for a moment only',
  async () => {
    const child = spawn('sleep', ['60']);
    try {
      const open = await systemCallsOpenTo(hostSubject(), child.pid ?? -1);
      expect(open).toContain(39); // getpid
      expect(open).not.toContain(470); // no kernel has it
      expect(open.length).toBeGreaterThan(250);
      expect(child.exitCode).toBeNull();
    } finally {
      child.kill();
    }
  },
);

test.runIf(here)('a process that is not there is an error, and not one without filters', async () => {
  await expect(systemCallsOpenTo(hostSubject(), 4_194_303)).rejects.toThrow(/status/);
});
