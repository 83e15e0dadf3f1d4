import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { main } from './collect-cli.ts';
import { runRecord } from './fixture.ts';
import { sealed } from './seal.ts';
import { recordText } from './store.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bare-claims-collect-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A published site: what is at each path. */
const pages = new Map<string, string>();
let server: Server;
let site = '';
beforeEach(async () => {
  pages.clear();
  server = createServer(({ url = '' }, response) => {
    const page = pages.get(url);
    response.statusCode = page === undefined ? 404 : page === 'broken' ? 500 : 200;
    response.end(page);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  site = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/base`;
});
afterEach(() => {
  server.close();
});

const runs = ['20261101T000000Z-00000001', '20261102T000000Z-00000002', '20261103T000000Z-00000003'] as const;
const textOf = (run: string): string => recordText(sealed(runRecord({ run })));

function publish(run: string, attested: boolean, text = textOf(run)): void {
  pages.set(`/base/api/v1/runs/${run}.json`, text);
  if (!attested) return;
  const digest = createHash('sha256').update(textOf(run)).digest('hex');
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: `${run}.json`, digest: { sha256: digest } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {},
  };
  const payload = Buffer.from(JSON.stringify(statement)).toString('base64');
  const dsseEnvelope = { payload, payloadType: 'application/vnd.in-toto+json', signatures: [] };
  pages.set(`/base/api/v1/runs/${run}.sigstore.jsonl`, `${JSON.stringify({ dsseEnvelope })}\n`);
}
const list = (...ids: readonly string[]) =>
  pages.set('/base/api/v1/runs.json', JSON.stringify({ version: 1, runs: ids.map((run) => ({ run })) }));

async function collected(): Promise<{ into: string; printed: string[] }> {
  const into = await mkdtemp(join(folder, 'ci-'));
  const printed: string[] = [];
  await main([site, '--into', into, '--runs', into], (line) => void printed.push(line));
  return { into, printed };
}

test('attested records that are not on file are brought byte for byte; others are not', async () => {
  const [first, second, third] = runs;
  list(...runs);
  publish(first, true);
  publish(second, true);
  publish(third, false);
  const onFile = await mkdtemp(join(folder, 'runs-'));
  await writeFile(join(onFile, `${second}.json`), 'kept as it is');
  const into = join(onFile, 'ci');
  const printed: string[] = [];
  expect(await main([site, '--into', into, '--runs', onFile], (line) => void printed.push(line))).toBe(0);
  expect(printed).toEqual(['1 of 3 published records brought back.']);
  expect((await readdir(into)).sort()).toEqual([`${first}.json`, `${first}.sigstore.jsonl`]);
  expect(await readFile(join(into, `${first}.json`), 'utf8')).toBe(textOf(first));
});

test('before the first publication there is nothing to bring', async () => {
  expect((await collected()).printed).toEqual(['Nothing is published there yet.']);
});

test('a record other than the attested one, or none, ends it, and so does a site that fails: nothing may get lost', async () => {
  const [run] = runs;
  list(run);
  publish(run, true, recordText(sealed(runRecord({ run, seed: 7 }))));
  await expect(collected()).rejects.toThrow(/is not the one that was attested/);
  pages.delete(`/base/api/v1/runs/${run}.json`);
  await expect(collected()).rejects.toThrow(/is not the one that was attested/);
  pages.set('/base/api/v1/runs.json', '<html>');
  await expect(collected()).rejects.toThrow(/The list of runs of the published site is not valid/);
  pages.set('/base/api/v1/runs.json', 'broken');
  await expect(collected()).rejects.toThrow(/answers 500 at \/base\/api\/v1\/runs\.json/);
  server.close();
  await expect(main(['http://127.0.0.1:1/'], () => undefined)).rejects.toThrow(/does not answer/);
  await expect(main([], () => undefined)).rejects.toThrow(/npm run collect/);
  await expect(main(['nowhere'], () => undefined)).rejects.toThrow(/npm run collect/);
});
