import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { isAnswered, loadReport, steadyLoad, type Asked } from './steady-load.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(answer: Parameters<typeof createServer>[1]): Promise<{ address: string; port: number }> {
  const server = createServer(answer as never).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return { address: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

const here = { netns: null };

test('a service that stands still is asked on time, and the wait counts from the intended moment', async () => {
  let asked = 0;
  let holds = false;
  const held: (() => void)[] = [];
  const at = await serve((_, response) => {
    asked += 1;
    if (holds) held.push(() => response.end('late'));
    else response.end('at once');
  });
  await using load = await steadyLoad(here, { ...at, everyMs: 20, patienceMs: 5_000 });
  holds = true;
  const before = asked;
  while (asked < before + 20) await new Promise((resolve) => setTimeout(resolve, 10));
  holds = false;
  for (const release of held) release();
  await load.until(({ saw, dueMs }) => saw === 'at once' && dueMs > 400, 'an answer after the wait', 5_000);
  const report = await load.stop();
  const late = report.requests.filter(({ saw }) => saw === 'late');
  expect(report.lost).toBe(0);
  expect(late.length).toBeGreaterThanOrEqual(20);
  expect(late[0]?.answeredMs).toBeGreaterThan(late.at(-1)?.answeredMs ?? Infinity);
  expect(report.requests.map(({ dueMs }) => dueMs)).toEqual(report.requests.map((_, index) => index * 20));
});

test('what is refused, fails or takes too long is lost, each with its reason', async () => {
  const modes = ['error', 'hang', 'reset'] as const;
  let count = 0;
  const at = await serve((request, response) => {
    const mode = modes[count++ % modes.length];
    if (mode === 'error') response.writeHead(503).end('full');
    if (mode === 'reset') request.socket.destroy();
  });
  await using load = await steadyLoad(here, { ...at, everyMs: 50, patienceMs: 200 });
  await load.until(({ saw }) => saw.startsWith('no answer within'), 'a hang', 5_000);
  const { sent, answered, lost, requests } = await load.stop();
  expect([answered, lost]).toEqual([0, sent]);
  expect(new Set(requests.slice(0, 3).map(({ saw }) => saw))).toEqual(
    new Set(['full', 'no answer within 200 ms', 'ECONNRESET']),
  );
  expect(requests.filter(isAnswered)).toEqual([]);
  expect(requests.find(({ status }) => status === 503)?.saw).toBe('full');
});

test('nobody who listens is an outage, not an error', async () => {
  const at = await serve((_, response) => response.end());
  const [server] = servers.splice(0);
  await new Promise((resolve) => server?.close(resolve));
  await using load = await steadyLoad(here, { ...at, everyMs: 20, patienceMs: 500 });
  const { sent, lost, requests } = await load.stop();
  expect(lost).toBe(sent);
  expect(requests[0]?.saw).toBe('ECONNREFUSED');
});

test('waiting for what never comes ends with what was seen last', async () => {
  const at = await serve((_, response) => response.end('this'));
  await using load = await steadyLoad(here, { ...at, everyMs: 20, patienceMs: 500 });
  await expect(load.until(({ saw }) => saw === 'that', 'that', 200)).rejects.toThrow(
    /never saw that: not within 200 ms. The last answer: this/,
  );
});

const settled = (dueMs: number, answeredMs: number | null, status = answeredMs === null ? null : 200): Asked => ({
  dueMs,
  answeredMs,
  status,
  saw: '',
});

test.each<[string, readonly Asked[], number]>([
  ['nothing lost', [settled(0, 1), settled(10, 30)], 0],
  ['one lost between answers', [settled(0, 1), settled(10, null), settled(20, 3)], 13],
  ['an answer that is an error', [settled(0, 1, 503), settled(10, 1)], 11],
  ['the longer of two, told out of order', [settled(50, 2), settled(0, null), settled(40, null), settled(10, 5)], 15],
  ['lost to the end', [settled(0, 1), settled(10, null), settled(20, null)], 10],
])('the longest outage, %s, ends with the next answer', (_, requests, expected) => {
  expect(loadReport(requests).longestOutageMs).toBe(expected);
});
