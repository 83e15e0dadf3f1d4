import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { boundedCgroup } from '../lab/cgroup/bounded.ts';
import { runContainer } from '../lab/container/create.ts';
import type { Container } from '../lab/container/types.ts';
import { importTree } from '../lab/engine/image.ts';
import { startPrivateEngine } from '../lab/engine/private.ts';
import type { Image, PrivateEngine } from '../lab/engine/types.ts';
import { hostSubject } from '../lab/host/subject.ts';
import { cacheRoot, scratchRoot } from '../lab/places.ts';
import { leftovers, reap } from '../lab/reaper/reap.ts';
import { buildTree } from '../lab/rootfs/tree.ts';
import type { Subject } from '../lab/subject.ts';
import { installCpuTimer } from '../workload/cpu-time.ts';
import { fioLayOut, fioRun, fioRunAll, type FioJob } from '../workload/fio.ts';
import { iperf3Run, iperf3Server } from '../workload/iperf3.ts';
import { opensslSpeed } from '../workload/openssl.ts';
import { stressRun } from '../workload/stress-ng.ts';
import { sysbenchCpu, sysbenchMemory } from '../workload/sysbench.ts';

const runId = '20260101T000000Z-00e20005';
const scratch = join(scratchRoot(runId), 'work');
let engine: PrivateEngine;
let image: Image;
let box: Container;
const host = hostSubject({ runId });

beforeAll(async () => {
  engine = await startPrivateEngine({ runId });
  image = await importTree(engine, await buildTree('minimal', { cacheRoot: cacheRoot() }));
  mkdirSync(scratch, { recursive: true });
  box = await runContainer(engine, { image, command: ['sleep', '600'], binds: [[scratch, '/data']] });
}, 120_000);

afterAll(async () => {
  await engine.stop();
  await reap({ runId });
  expect(await leftovers(runId)).toEqual([]);
}, 60_000);

const places = (): readonly (readonly [Subject, string])[] => [
  [host, scratch],
  [box, '/data'],
];

describe.each([0, 1])('subject %i of host and container', (index) => {
  const place = (): readonly [Subject, string] => {
    const found = places()[index];
    if (found === undefined) throw new Error('no such subject');
    return found;
  };

  test('fio reads at random and says what it cost', async () => {
    const [subject, folder] = place();
    const base: FioJob = { pattern: 'randread', file: `${folder}/file`, fileBytes: 16 * 2 ** 20, blockBytes: 4096 };
    const job: FioJob = { ...base, seconds: 1 };
    await fioLayOut(subject, job);
    const result = await fioRun(subject, job);
    expect(result.read.operations).toBe(result.operations);
    expect(result.write.operations).toBe(0);
    expect(result.seconds).toBeCloseTo(1, 1);
    expect(result.read.bytesPerSecond / result.read.operationsPerSecond).toBeCloseTo(4096, 0);
    expect(result.cpuSecondsPerOperation).toBeGreaterThan(1e-7);
    const fixed = await fioRun(subject, { ...job, pattern: 'write', operations: 100, direct: false, syncEvery: 10 });
    expect(fixed.write.operations).toBeGreaterThanOrEqual(100);
    const results = await fioRunAll(subject, [
      ['few', { ...base, operations: 100 }],
      ['many', { ...base, operations: 300 }],
    ]);
    expect([...results].map(([id, { operations }]) => [id, operations])).toEqual([
      ['few', 100],
      ['many', 300],
    ]);
  }, 60_000);

  test('processor tools report work and time, and the CPU timer agrees with theirs', async () => {
    const [subject, folder] = place();
    const timer = await installCpuTimer(subject, folder);
    const primes = await sysbenchCpu(subject, { events: 1500 });
    expect(primes.events).toBe(1500);
    const memory = await sysbenchMemory(subject, { totalBytes: 2 ** 30 });
    expect(memory.events).toBe(1024);
    const hash = await opensslSpeed(subject, { algorithm: 'sha256' });
    expect(hash.bytesPerCpuSecond).toBeGreaterThan(10e6);
    const stress = await stressRun(subject, { stressor: 'cpu', operations: 1500, extra: ['--cpu-method', 'int64'] });
    const timed = await timer.time([
      'stress-ng',
      ...['--cpu', '1', '--cpu-ops', '1500', '--cpu-method', 'int64', '--quiet', '--timeout', '60'],
    ]);
    // The timer sees the start of the tool, too.
    expect(timed.cpuSeconds / stress.cpuSeconds).toBeGreaterThan(0.7);
    expect(timed.cpuSeconds / stress.cpuSeconds).toBeLessThan(1.8);
  }, 60_000);
});

test('a limit on the disk below a folder holds in a container and in a bounded group', async () => {
  const job: FioJob = {
    pattern: 'randread',
    file: `${scratch}/limited`,
    fileBytes: 16 * 2 ** 20,
    blockBytes: 4096,
    seconds: 2,
  };
  await fioLayOut(host, job);
  await using limited = await runContainer(engine, {
    image,
    command: ['sleep', '600'],
    binds: [[scratch, '/data']],
    deviceLimits: { path: scratch, readOperationsPerSecond: 200 },
  });
  const inside = await fioRun(limited, { ...job, file: '/data/limited' });
  expect(inside.read.operationsPerSecond).toBeLessThan(260);
  await using bounded = await boundedCgroup({ runId, diskOf: scratch, readBytesPerSecond: 400 * 4096 });
  const outside = await fioRun(bounded, job);
  expect(outside.read.operationsPerSecond).toBeLessThan(520);
  expect(outside.read.operationsPerSecond).toBeGreaterThan(inside.read.operationsPerSecond);
}, 60_000);

test('iperf3 measures from container to container, and an absent server is told', async () => {
  await using server = await runContainer(engine, { image, command: iperf3Server(5201) });
  await server.waitForOutput('listening');
  const address = await server.address();
  const tcp = await iperf3Run(box, { address, port: 5201, seconds: 1 });
  expect(tcp.receivedBitsPerSecond).toBeGreaterThan(10e6);
  expect(tcp.clientCpuSecondsPerByte).toBeGreaterThan(0);
  const udp = await iperf3Run(box, { address, port: 5201, seconds: 1, udpBitsPerSecond: 10e6 });
  expect(udp.sentBitsPerSecond).toBeCloseTo(10e6, -6);
  await expect(iperf3Run(box, { address, port: 5202, seconds: 1 })).rejects.toThrow(/iperf3 could not measure/);
}, 60_000);
