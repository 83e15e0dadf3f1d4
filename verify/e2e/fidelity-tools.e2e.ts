import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { boundedCgroup } from '../lab/cgroup/bounded.ts';
import { createContainer, runContainer } from '../lab/container/create.ts';
import { exportTree } from '../lab/container/export.ts';
import { importTree } from '../lab/engine/image.ts';
import { startPrivateEngine } from '../lab/engine/private.ts';
import type { Image, PrivateEngine } from '../lab/engine/types.ts';
import { memoryOf } from '../lab/host/memory.ts';
import { hostSubject } from '../lab/host/subject.ts';
import { cacheRoot, scratchRoot } from '../lab/places.ts';
import { leftovers, reap } from '../lab/reaper/reap.ts';
import { buildTree } from '../lab/rootfs/tree.ts';
import type { Subject } from '../lab/subject.ts';
import { installCpuTimer } from '../workload/cpu-time.ts';
import { fioLayOut, fioRun, type FioJob } from '../workload/fio.ts';
import { iperf3Run, iperf3Server } from '../workload/iperf3.ts';
import { processorShare, spin, startPinned } from '../workload/neighbour.ts';

// Our figure beside that of somebody who counts for himself, of the same work in the same run: docs/measurements.md.
const runId = '20260101T000000Z-00f1de12';
const folder = join(scratchRoot(runId), 'work');
const host = hostSubject({ runId });
let engine: PrivateEngine;
let image: Image;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  engine = await startPrivateEngine({ runId });
  image = await importTree(engine, await buildTree('minimal', { cacheRoot: cacheRoot() }));
});
afterAll(async () => {
  await engine.stop();
  await reap({ runId });
  expect(await leftovers(runId)).toEqual([]);
});

function expectAlike(what: string, ours: number, theirs: number): void {
  const ratio = ours / theirs;
  console.log(`${what}: ours ${ours.toPrecision(5)}, theirs ${theirs.toPrecision(5)}, ratio ${ratio.toFixed(4)}`);
  expect(ratio, what).toBeGreaterThan(0.95);
  expect(ratio, what).toBeLessThan(1.05);
}

test("the CPU timer's seconds are those that bash counts for the same process", async () => {
  const timer = await installCpuTimer(host, folder);
  const script = `TIMEFORMAT='%3U %3S'; time for i in 1 2; do openssl speed -seconds 1 -bytes 16384 sha256; done`;
  const { cpuSeconds, stderr } = await timer.time(['bash', '-c', script], { timeoutMs: 60_000 });
  const [user = NaN, system = NaN] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  expectAlike('CPU time, s', cpuSeconds, user + system);
});

test('the bytes that fio says it read past the cache are those that the kernel brought for it', async () => {
  const counters = join(folder, 'io');
  // The shell has waited for fio: what its children read is on its account then (proc_pid_io(5)).
  const counted: Subject = {
    ...host,
    exec: (command, options) =>
      host.exec(['sh', '-c', '"$@"; status=$?; cat "/proc/$$/io" > "$0"; exit $status', counters, ...command], options),
  };
  const job: FioJob = {
    pattern: 'randread',
    file: join(folder, 'file'),
    fileBytes: 64 * 2 ** 20,
    blockBytes: 16_384,
    operations: 3_000,
  };
  await fioLayOut(host, job);
  const { operations } = await fioRun(counted, job);
  const kernel = Number(/^read_bytes: (\d+)$/m.exec(readFileSync(counters, 'utf8'))?.[1]);
  expectAlike('bytes read from the disk', operations * job.blockBytes, kernel);
});

test("the bytes that iperf3 says arrived are those that the server's network device counted", async () => {
  await using server = await runContainer(engine, { image, command: iperf3Server(5201) });
  await using client = await runContainer(engine, { image, command: ['sleep', '600'] });
  await server.waitForOutput('listening');
  const received = async (): Promise<number> =>
    Number((await server.exec(['cat', '/sys/class/net/eth0/statistics/rx_bytes'])).stdout);
  const before = await received();
  // What is still on its way at the end is not in its count: some megabytes, so there are many more to count.
  const { receivedBytes } = await iperf3Run(client, { address: await server.address(), port: 5201, bytes: 1e9 });
  // The device counts headers as well: of segments of 1,448 bytes they would be 4.6%, and the kernel sends larger ones.
  expectAlike('bytes received', receivedBytes, (await received()) - before);
});

test("a process's memory by its pages is what its control group is charged for", async () => {
  await using bounded = await boundedCgroup({ runId, memoryBytes: 512 * 2 ** 20 });
  const fill = `$x = "x" x (192 * 1048576); print "$$\\n"; $| = 1; print ""; sleep 60`;
  const output = join(folder, 'pid');
  const running = bounded.exec(['sh', '-c', 'exec perl -e "$1" > "$0"', output, fill], {
    timeoutMs: 60_000,
    reject: false,
  });
  await expect.poll(() => bounded.usage().memoryBytes, { timeout: 30_000 }).toBeGreaterThan(192 * 2 ** 20);
  await expect.poll(() => (Number(readFileSync(output, 'utf8')) > 0 ? 'said' : ''), { timeout: 30_000 }).toBe('said');
  const pid = Number(readFileSync(output, 'utf8'));
  expectAlike('anonymous memory, B', memoryOf([pid]).anonymousBytes, bounded.usage().memoryBytes);
  process.kill(pid, 'SIGKILL');
  await running;
});

test('the share of a processor that a process has is what its control group is charged for', async () => {
  await using bounded = await boundedCgroup({ runId, cpus: 0.6 });
  const pid = await startPinned(bounded, spin);
  const [chargedBefore, startedAt] = [bounded.usage().cpuSeconds, performance.now()];
  const share = await processorShare([pid], 2_000);
  const seconds = (performance.now() - startedAt) / 1000;
  expectAlike('share of a processor', share, (bounded.usage().cpuSeconds - chargedBefore) / seconds);
});

test("an image's bytes as the engine gives them are those of the files that come out of it", async () => {
  await using box = await createContainer(engine, { image, command: ['true'] });
  const tar = join(folder, 'tree.tar');
  await exportTree(box, tar);
  const { stdout } = await host.exec(['tar', '--list', '--verbose', '--numeric-owner', '--file', tar]);
  const bytes = stdout.split('\n').reduce((sum, line) => sum + Number(/^-\S+ +\S+ +(\d+) /.exec(line)?.[1] ?? 0), 0);
  expectAlike('bytes of an image', image.sizeBytes, bytes);
});
