import { describe, expect, test } from 'vitest';
import { splitReport } from './cpu-time.ts';
import { fioArguments, parseFio } from './fio.ts';
import { parseIperf3 } from './iperf3.ts';
import { parseOpenssl } from './openssl.ts';
import { parseStress } from './stress-ng.ts';
import { parseSysbench } from './sysbench.ts';

describe('fio', () => {
  const idle = { total_ios: 0, iops: 0, bw_bytes: 0, clat_ns: { mean: 0 } };
  const busy = {
    total_ios: 36_002,
    iops: 17_992,
    bw_bytes: 73_695_248,
    clat_ns: { mean: 55_124, percentile: { '50.000000': 55_040, '99.000000': 84_480 } },
  };
  const report = (job: object): string =>
    `fio: a note\n${JSON.stringify({ jobs: [{ error: 0, job_runtime: 2000, usr_cpu: 0.6, sys_cpu: 38.4, read: busy, write: idle, ...job }] })}`;

  test('CPU time per operation follows from shares of the run time', () => {
    const result = parseFio(report({}));
    expect(result.cpuSeconds).toBeCloseTo(0.78, 10);
    expect(result.cpuSecondsPerOperation).toBeCloseTo(0.78 / 36_002, 12);
    expect(result.read.latency.p99).toBeCloseTo(84.48e-6, 12);
  });

  test.each([
    [report({ error: 28 }), 'error 28'],
    [report({ read: idle }), 'no operation'],
    ['', 'no JSON'],
    ['{"jobs":[{}]}', 'not as expected at jobs.0.error'],
  ])('a report that says nothing is refused (%#)', (text, message) => {
    expect(() => parseFio(text)).toThrow(message);
  });

  test('time and amount are said only where they are wanted', () => {
    const job = { pattern: 'randread', file: '/f', fileBytes: 1, blockBytes: 1 } as const;
    expect(fioArguments(job).join(' ')).not.toMatch(/runtime|number_ios|fsync/);
    expect(fioArguments({ ...job, seconds: 2, operations: 5, syncEvery: 1 })).toEqual(
      expect.arrayContaining(['--time_based', '--runtime=2', '--number_ios=5', '--fsync=1']),
    );
  });
});

describe('iperf3', () => {
  const sum = { seconds: 2, bytes: 1000, bits_per_second: 4000 };

  test('CPU time per byte is that of the client, and of both ends together', () => {
    const end = {
      sum_sent: { ...sum, retransmits: 3 },
      sum_received: sum,
      cpu_utilization_percent: { host_total: 50, remote_total: 25 },
    };
    expect(parseIperf3(JSON.stringify({ end }))).toEqual({
      sentBitsPerSecond: 4000,
      receivedBitsPerSecond: 4000,
      receivedBytes: 1000,
      retransmits: 3,
      lostFraction: null,
      clientCpuSecondsPerByte: 0.001,
      cpuSecondsPerByte: 0.0015,
    });
  });

  test('of datagrams, the lost are a fraction', () => {
    const end = { sum_sent: sum, sum_received: { ...sum, lost_percent: 25 } };
    expect(parseIperf3(JSON.stringify({ end }))).toMatchObject({ lostFraction: 0.25, retransmits: null });
  });

  test('a refused connection is told in its words', () => {
    expect(() => parseIperf3('{"end":{},"error":"Connection refused"}')).toThrow('Connection refused');
  });
});

test('stress-ng: CPU time is user and system time together', () => {
  const text = `---\nmetrics:\n    - stressor: vm\n      bogo-ops: 2048\n      wall-clock-time: 0.030569\n      user-time: 0.009610\n      system-time: 0.021138\n...\n`;
  const result = parseStress(text);
  expect(result.cpuSeconds).toBeCloseTo(0.030748, 9);
  expect(result.cpuSecondsPerOperation).toBeCloseTo(0.030748 / 2048, 12);
  expect(() => parseStress('---\nsystem-info:\n  cpus: 2\n...\n')).toThrow('no metrics');
});

test('sysbench: events and time are its totals', () => {
  const text = '    total time:                          0.1130s\n    total number of events:              500\n';
  expect(parseSysbench(text)).toEqual({ events: 500, seconds: 0.113, eventsPerSecond: 500 / 0.113 });
  expect(() => parseSysbench('FATAL: no such test')).toThrow('no such test');
});

test('openssl: bytes follow from operations and their size', () => {
  const text = '+DT:AES-256-GCM:1:16384\n+R:1000:AES-256-GCM:0.500000\n+H:16384\n';
  expect(parseOpenssl(text, 16_384)).toEqual({ operations: 1000, cpuSeconds: 0.5, bytesPerCpuSecond: 32_768_000 });
  expect(() => parseOpenssl('', 1)).toThrow('no result');
});

test('the CPU timer owns the last line only', () => {
  expect(splitReport('of the command\n1500000\n')).toEqual({ cpuSeconds: 1.5, stderr: 'of the command\n' });
  expect(() => splitReport('sh: not found\n')).toThrow('printed no time');
});
