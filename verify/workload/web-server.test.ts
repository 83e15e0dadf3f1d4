import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hostSubject } from '../lab/host/subject.ts';
import { findCommand } from '../lab/rootfs/host-binary.ts';
import { askForPages } from './web-server.ts';

const busybox = await findCommand('busybox');
const host = hostSubject();

describe.skipIf(busybox === null)('asking for pages', () => {
  let server: Server;
  let asked = 0;
  const ask = (targets: readonly string[], word?: string, rounds = 2) =>
    askForPages((command, options) => host.exec(command, options), busybox ?? '', {
      targets,
      rounds,
      ...(word === undefined ? {} : { word }),
    });
  const target = () => `127.0.0.1:${String((server.address() as AddressInfo).port)}`;

  beforeEach(async () => {
    asked = 0;
    server = createServer((_, response) => {
      asked += 1;
      response.end('it is ready, with a.b in it');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(async () => {
    server.close();
    await once(server, 'close');
  });

  test('every right answer counts, each server as often as there are rounds', async () => {
    expect(await ask([target(), target()], undefined, 3)).toBe(6);
    expect(asked).toBe(6);
  });

  test('an answer without the word does not count, and the word is no pattern', async () => {
    expect(await ask([target()], 'a.b')).toBe(2);
    expect(await ask([target()], 'a.c')).toBe(0);
    expect(await ask([target()], 're.dy')).toBe(0);
  });

  test('a server that is not there does not count, and the others do', async () => {
    expect(await ask(['127.0.0.1:1', target()])).toBe(2);
  });
});
