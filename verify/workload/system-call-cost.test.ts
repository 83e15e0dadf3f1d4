import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { installSystemCallMeter } from './system-call-cost.ts';
import { systemCallLoopElf } from './system-call-loop-elf.ts';
import { hostSubject } from '../lab/host/subject.ts';
import { hostArchitecture } from '../lab/rootfs/architecture.ts';

const host = hostSubject();

async function folder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'system-calls-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

test.skipIf(process.platform !== 'linux')('the loop ends at once where the kernel refuses a call', async () => {
  await using place = await folder();
  const program = join(place.path, 'calls');
  await writeFile(program, systemCallLoopElf(hostArchitecture()), { mode: 0o755 });
  const ends = async (...words: string[]) => (await host.exec([program, ...words], { reject: false })).exitCode;
  const getpid = hostArchitecture() === 'x86-64' ? '39' : '172';
  expect(await ends('1000', getpid)).toBe(0);
  // No kernel has a call of this number; the count would take minutes.
  expect(await ends('100000000000', '4095')).toBe(1);
});

test.skipIf(process.platform !== 'linux')('each call costs more than the one that does less', async () => {
  await using place = await folder();
  const costs = await (await installSystemCallMeter(host, place.path)).costs();
  expect(costs.getpid).toBeGreaterThan(1e-9);
  expect(costs.stat).toBeGreaterThan(costs.getpid);
  expect(costs['fork-exec']).toBeGreaterThan(10 * costs.stat);
});
