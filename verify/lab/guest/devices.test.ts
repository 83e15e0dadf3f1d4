import { expect, test } from 'vitest';
import { publishedPorts } from './devices.ts';

test('published ports are read from what the monitor prints', () => {
  const usernet = `Hub -1 (net):
  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ
  TCP[HOST_FORWARD]  12       127.0.0.1 40123       10.0.2.15    80     0     0
  TCP[HOST_FORWARD]  13       127.0.0.1 40124       10.0.2.15  8080     0     0
`;
  expect(publishedPorts(usernet)).toEqual(
    new Map([
      [80, 40123],
      [8080, 40124],
    ]),
  );
});
