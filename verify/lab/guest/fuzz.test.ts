import { duplexPair, PassThrough } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fuzzCases, fuzzTimeoutMs } from '../../bench/fuzz-cases.ts';
import { isSentence } from '../../bench/fixture.ts';
import { answerReader } from './answers.ts';
import { openChannel } from './channel.ts';
import { watchConsole } from './console.ts';
import { connectQmp } from './qmp.ts';

// What a guest, or a QEMU that a guest has taken over, may send in place of answers.
const timeout = fuzzTimeoutMs;
const number = fc.oneof(fc.nat(20).map(String), fc.constantFrom('-1', 'NaN', '1e9', '99999999999', '', ' 1', '0x10'));
const line = fc.oneof(
  fc.constantFrom('READY', 'done', 'done a', ''),
  fc.tuple(fc.string({ maxLength: 4 }), number, number, number).map((parts) => `done ${parts.join(' ')}`),
  fc.string({ unit: 'binary', maxLength: 30 }),
);
const bytes = fc.array(line, { maxLength: 8 }).map((lines) => Buffer.from(lines.join('\n')));

test(
  'whatever a guest sends, an answer has a status and as many bytes as it said, however they were cut',
  { timeout },
  () => {
    const read = (chunks: readonly Buffer[]) => {
      const seen: unknown[] = [];
      const reader = answerReader({
        ready: () => seen.push('ready'),
        done: (id, status, out, err) => {
          expect(Number.isInteger(status) && status >= 0 && status <= 999).toBe(true);
          seen.push([id, status, out.toString('hex'), err.toString('hex')]);
        },
      });
      chunks.forEach(reader);
      return seen;
    };
    fc.assert(
      fc.property(bytes, fc.nat(), (all, at) => {
        const cut = all.length === 0 ? 0 : at % all.length;
        expect(read([all.subarray(0, cut), all.subarray(cut)])).toEqual(read([all]));
      }),
      { numRuns: fuzzCases },
    );
  },
);

test('a guest that sends without end, or announces more than there can be, holds no memory and is heard again', () => {
  let ready = 0;
  const done: string[] = [];
  const reader = answerReader({ ready: () => (ready += 1), done: (id) => done.push(id) });
  for (let i = 0; i < 1000; i += 1) reader(Buffer.alloc(65_536, 'x'));
  expect(process.memoryUsage().arrayBuffers).toBeLessThan(2 ** 30);
  reader(Buffer.from('READY\nREADY\ndone a 0 9999999999 0\ndone b 0 0 0\n'));
  expect([ready, done]).toEqual([1, ['b']]);
});

test('a command in a guest that answers with anything ends with an answer or a sentence', { timeout }, async () => {
  await fc.assert(
    fc.asyncProperty(bytes, async (sent) => {
      const [ours, theirs] = duplexPair();
      const channel = openChannel(ours);
      const answer = channel.run('true', '', 60_000).then(({ status }) => {
        expect(status).toBeLessThan(1000);
      }, expectSentence);
      theirs.resume();
      theirs.write(sent);
      theirs.destroy();
      ours.destroy();
      await answer;
    }),
    { numRuns: fuzzCases },
  );
});

const message = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value)),
  fc.record({ id: fc.oneof(fc.nat(3), fc.string()), error: fc.jsonValue() }).map((value) => JSON.stringify(value)),
  fc.record({ event: fc.jsonValue(), data: fc.jsonValue() }).map((value) => JSON.stringify(value)),
  fc.constantFrom('{"QMP": {}}', '{"return": {}, "id": 1}', '{"QMP"', '{', 'null'),
  fc.string({ unit: 'binary' }),
);

test(
  'a monitor that says anything is understood, or its connection ends with a sentence; nobody waits for ever',
  { timeout },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 6 }), async (messages) => {
        const [ours, theirs] = duplexPair();
        theirs.resume();
        const connected = connectQmp(ours).then(
          (qmp) => qmp.execute('query-status').then(undefined, expectSentence),
          expectSentence,
        );
        theirs.write(messages.map((text) => `${text}\n`).join(''));
        theirs.end();
        await connected;
      }),
      { numRuns: fuzzCases },
    );
  },
);

function expectSentence(error: unknown): void {
  expect((error as Error).name).toBe('LabError');
  expect(isSentence((error as Error).message), (error as Error).message).toBe(true);
}

test(
  'a console that is flooded keeps its end, and what was waited for is found in it',
  { timeout: 30_000 },
  async () => {
    const stream = new PassThrough({ highWaterMark: 1 });
    const console = watchConsole(stream);
    const found = console.waitFor(/the end of it/, 20_000);
    for (let i = 0; i < 500; i += 1) stream.write(Buffer.alloc(20_000, `${String(i)} noise\0\x1b[2J\n`));
    stream.end('the end of it');
    await found;
    expect(console.text().length).toBeLessThanOrEqual(256 * 1024);
    expect(console.tail(1)).toContain('the end of it');
  },
);
