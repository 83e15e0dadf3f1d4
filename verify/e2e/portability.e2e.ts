import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runToCompletion } from '../lab/container/run-to-completion.ts';
import { pullImage, pushImage, squashedImage } from '../lab/engine/exchange.ts';
import { imageFromFiles, importTree } from '../lab/engine/image.ts';
import { startPrivateEngine } from '../lab/engine/private.ts';
import type { Image, PrivateEngine } from '../lab/engine/types.ts';
import { bootDisk } from '../lab/guest/boot-disk.ts';
import { makeBootableDisk } from '../lab/guest/bootable-disk.ts';
import { findGuests } from '../lab/guest/find.ts';
import { cacheRoot } from '../lab/places.ts';
import { leftovers } from '../lab/reaper/reap.ts';
import { buildTree } from '../lab/rootfs/tree.ts';
import { containerdBeside } from '../workload/containerd.ts';
import { ociSchemas } from '../workload/oci-schemas.ts';
import { startRegistry, type Cable, type Registry } from '../workload/registry.ts';

const runId = '20260101T000000Z-00e200c1';
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bare-claims-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  expect(await findGuests(runId)).toEqual([]);
  expect(await leftovers(runId)).toEqual([]);
});

describe('a registry', () => {
  let registry: Registry;
  let source: PrivateEngine;
  let receiver: PrivateEngine;
  let cable: Cable;
  let image: Image;

  beforeAll(async () => {
    const store = join(folder, 'registry');
    await mkdir(store);
    registry = await startRegistry({ runId, folder: store });
    [source, receiver] = [
      await startPrivateEngine({ runId, extra: [registry.engineArgument] }),
      await startPrivateEngine({ runId, extra: [registry.engineArgument] }),
    ];
    await registry.connect(source);
    cable = await registry.connect(receiver);
    image = await importTree(source, await buildTree('bare', { cacheRoot: cacheRoot() }));
  });
  afterAll(async () => {
    await receiver.stop();
    await source.stop();
    await registry[Symbol.asyncDispose]();
  });

  test('hands an image from one engine to another, and its cable has carried the bytes', async () => {
    const digest = await pushImage(source, image, `${registry.address}/tree:1`);
    const before = await cable.bytes();
    const pulled = await pullImage(receiver, `${registry.address}/tree@${digest}`);
    const after = await cable.bytes();
    expect(pulled.id).toBe(image.id);
    const answer = await registry.request(`/v2/tree/manifests/${digest}`, {
      accept: 'application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json',
    });
    const { layers } = JSON.parse(answer.body.toString()) as { layers: readonly { size: number }[] };
    const inLayers = layers.reduce((sum, { size }) => sum + size, 0);
    expect(after.toEngine - before.toEngine).toBeGreaterThan(inLayers);
    expect(after.toEngine - before.toEngine).toBeLessThan(inLayers * 1.2);
  });

  test('hands it to containerd as well, which runs it with crun', async () => {
    const containerd = await containerdBeside(receiver);
    await containerd.pull(`${registry.address}/tree:1`);
    const ran = await containerd.run(`${registry.address}/tree:1`, ['sh', '-c', 'echo $((6 * 7)); exit 3']);
    expect(ran.stdout.trim()).toBe('42');
    expect(ran.exitCode).not.toBe(0);
  });

  test('says no to what it does not have', async () => {
    expect(await registry.request('/v2/nobody/manifests/1')).toMatchObject({ status: 404 });
    await expect(pullImage(receiver, `${registry.address}/nobody:1`)).rejects.toThrow(/not found|unknown/);
  });

  test('a squashed image has one layer and the same files', async () => {
    const built = await imageFromFiles(source, { name: 'one', files: { '/bin/true': 'x', '/word': 'kept' } });
    const squashed = await squashedImage(source, built);
    const { RootFS } = await source.docker.getImage(squashed.id).inspect();
    expect(RootFS.Layers).toHaveLength(1);
    const whole = await squashedImage(source, image);
    const { stdout } = await runToCompletion(source, {
      image: whole,
      network: 'none',
      command: ['cat', '/etc/passwd'],
    });
    expect(stdout).toContain('root:x:0:0');
  });
});

describe('the schemas of the image specification', () => {
  const digest = `sha256:${'0a'.repeat(32)}`;
  const descriptor = { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', size: 3, digest };
  const manifest = { schemaVersion: 2, config: descriptor, layers: [descriptor] };

  test.each([
    ['a manifest', 'manifest', manifest, null],
    ['one without its configuration', 'manifest', { ...manifest, config: undefined }, /config/],
    ['one with a digest that is none', 'manifest', { ...manifest, config: { ...descriptor, digest: 'x' } }, /digest/],
    ['an index', 'index', { schemaVersion: 2, manifests: [descriptor] }, null],
    ['one that points to nothing', 'index', { schemaVersion: 2, manifests: [{}] }, /digest/],
    ['a layout', 'layout', { imageLayoutVersion: '1.0.0' }, null],
    ['one of another version', 'layout', { imageLayoutVersion: '9' }, /imageLayoutVersion/],
    ['a configuration without an operating system', 'config', { architecture: 'amd64' }, /os/],
  ] as const)('judge %s', async (_, kind, document, complaint) => {
    const asked = (await ociSchemas()).complaint(kind, document);
    if (complaint === null) expect(asked).toBeNull();
    else expect(asked).toMatch(complaint);
  });
});

describe.runIf(process.arch === 'x64')('a disk that boots by itself', () => {
  let path: string;
  const until = /lab: up with a word of its own/;
  beforeAll(async () => {
    path = join(folder, 'disk.raw');
    const init = '#!/bin/sh\nmount -t devtmpfs dev /dev\necho "lab: up with $(cat /word)" >/dev/console\npoweroff -f\n';
    const files = { '/sbin/init': init, '/word': 'a word of its own\n' };
    await makeBootableDisk(path, { tree: 'bare', files, scratch: folder });
  });
  const boot = (options: Pick<Parameters<typeof bootDisk>[1], 'machine' | 'controller' | 'format'>) =>
    bootDisk(path, { ...options, runId, accelerator: 'tcg', until });

  test('comes up where its system has a driver', async () => {
    expect(await boot({ machine: 'pc', controller: 'virtio', format: 'raw' })).toMatchObject({ cameUp: true });
  });

  test('says that it found no root file system where there is none', async () => {
    expect(await boot({ machine: 'q35', controller: 'ide', format: 'raw' })).toEqual({
      cameUp: false,
      saw: 'lab: no root file system was found',
    });
  });

  test('is refused by a machine that takes it for another format', async () => {
    const refused = await boot({ machine: 'pc', controller: 'virtio', format: 'qcow2' });
    expect(refused.cameUp).toBe(false);
    expect(refused.saw).toMatch(/^refused: .*qcow2/);
  });
});
