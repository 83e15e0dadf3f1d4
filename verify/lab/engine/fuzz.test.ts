import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isSentence } from '../../bench/fixture.ts';
import { fuzzCases, fuzzTimeoutMs } from '../../bench/fuzz-cases.ts';
import { dockerClient } from './attach.ts';
import { discoverEngine } from './discover.ts';
import { engineFacts, whyNotLocal } from './facts.ts';
import { findLabelled } from './labelled.ts';
import { runLabel } from '../places.ts';
import type { Engine } from './types.ts';
import { hostFactsSchema } from '../../record/record.ts';

// What answers at an engine's socket need not be an engine. A real one cannot be had that answers like this.
const folder = mkdtempSync(join(tmpdir(), 'bare-claims-fuzz-'));
const socket = join(folder, 's');
let server: Server;
let respond: (response: ServerResponse) => void;

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    respond(response);
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const docker = dockerClient(socket, 300);
const engine = { docker, socketPath: socket, private: false, netns: null, runId: 'x' } as unknown as Engine;

const known = fc.constantFrom(
  'Id',
  'Labels',
  'Volumes',
  'Name',
  'Version',
  'Components',
  'SecurityOptions',
  'OSType',
  'Driver',
  'message',
  runLabel,
);
const json = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.dictionary(known, fc.jsonValue({ maxDepth: 1 })),
  fc.array(fc.dictionary(known, fc.jsonValue({ maxDepth: 2 })), { maxLength: 3 }),
);
const body = fc.oneof(
  json.map((value) => JSON.stringify(value)),
  fc.string({ unit: 'binary' }),
);
const status = fc.constantFrom(200, 200, 200, 201, 204, 301, 404, 409, 500, 503);

const settled = async (asked: Promise<unknown>): Promise<void> => {
  await asked.catch((error: unknown) => {
    expect(error).toBeInstanceOf(Error);
    const { message } = error as Error;
    expect(isSentence(message), message).toBe(true);
  });
};

test(
  'whatever answers, discovery says whether it is an engine, facts fit a record, and only what bears our label is ours',
  { timeout: fuzzTimeoutMs },
  async () => {
    await fc.assert(
      fc.asyncProperty(status, body, async (code, text) => {
        respond = (response) => response.writeHead(code, { 'content-type': 'application/json' }).end(text);
        const { engine: found, failed } = await discoverEngine('x', [{ source: 'test', address: `unix://${socket}` }]);
        if (found === null) expect(failed.map(({ because }) => isSentence(because))).toEqual([true]);
        await settled(engineFacts(engine).then((facts) => hostFactsSchema.shape.engine.parse(facts)));
        await settled(whyNotLocal(engine));
        await settled(
          findLabelled(docker, 'a-run').then((all) => {
            expect(all.every(({ runId }) => runId === 'a-run')).toBe(true);
          }),
        );
      }),
      { numRuns: fuzzCases },
    );
  },
);

test('an error that no text can be made of is an error all the same', async () => {
  respond = (response) => response.writeHead(500).end('{"message": {"toString": 1, "valueOf": 1}}');
  await expect(docker.info()).rejects.toThrow('sent an error that cannot be read');
});

test.each<[string, (response: ServerResponse) => void]>([
  ['never answers', () => undefined],
  [
    'breaks off in the middle of an answer',
    (response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"ID":');
      setTimeout(() => response.destroy(), 20);
    },
  ],
  [
    'falls silent in the middle of an answer',
    (response) => void response.writeHead(200, { 'content-length': '100' }).write('{"ID":'),
  ],
  ['hangs up', (response) => response.destroy()],
])('an engine that %s is given up in time, with a sentence', async (_, answer) => {
  respond = answer;
  for (const asked of [docker.ping(), docker.info(), docker.listContainers(), docker.getContainer('x').remove()]) {
    await expect(asked).rejects.toThrow(/did not answer within 0.3 s: \w+ \/|socket hang up/);
  }
});
