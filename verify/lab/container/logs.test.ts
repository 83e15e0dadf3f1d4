import { expect, test } from 'vitest';
import { withoutFrames } from './logs.ts';

function frame(stream: number, content: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(content.length, 4);
  return Buffer.concat([header, content]);
}

test('frames are joined, also where a character is split between two', () => {
  const text = Buffer.from('aé');
  expect(withoutFrames(Buffer.concat([frame(1, text.subarray(0, 2)), frame(1, text.subarray(2))]))).toBe('aé');
});

test('a torn last frame gives what there is of it', () => {
  expect(withoutFrames(frame(1, Buffer.from('whole')).subarray(0, 10))).toBe('wh');
  expect(withoutFrames(Buffer.alloc(3))).toBe('');
});
