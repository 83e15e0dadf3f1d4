import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answerReader } from './answers.ts';

interface Seen {
  readonly ready: number;
  readonly done: readonly (readonly [string, number, string, string])[];
}

function read(chunks: readonly Buffer[]): Seen {
  let ready = 0;
  const done: [string, number, string, string][] = [];
  const reader = answerReader({
    ready: () => {
      ready += 1;
    },
    done: (id, status, out, err) => done.push([id, status, out.toString('latin1'), err.toString('latin1')]),
  });
  chunks.forEach(reader);
  return { ready, done };
}

test('output that looks like an answer is output', () => {
  expect(read([Buffer.from('READY\ndone a 3 13 6\ndone b 0 0 0\nREADY\ndone c 0 0 0\n')])).toEqual({
    ready: 1,
    done: [
      ['a', 3, 'done b 0 0 0\n', 'READY\n'],
      ['c', 0, '', ''],
    ],
  });
});

test('how the bytes are cut into chunks changes nothing', () => {
  const stream = Buffer.from('READY\ndone a 0 6 5\nout\0\xff\nerr\n\ndone b 1 0 0\n', 'latin1');
  const whole = read([stream]);
  expect(whole.done).toHaveLength(2);
  fc.assert(
    fc.property(fc.array(fc.nat(stream.length)), (cuts) => {
      const edges = [0, ...cuts.sort((a, b) => a - b), stream.length];
      const chunks = edges.slice(1).map((edge, index) => stream.subarray(edges[index], edge));
      expect(read(chunks)).toEqual(whole);
    }),
  );
});
