import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  check,
  containerdBeside,
  ociSchemas,
  pushImage,
  startRegistry,
  truth,
  values,
  type Image,
  type Registry,
} from '#verify';

const ociManifest = 'application/vnd.oci.image.manifest.v1+json';
const accepted = `${ociManifest}, application/vnd.docker.distribution.manifest.v2+json`;

interface Descriptor {
  readonly digest: string;
  readonly size: number;
}
interface Manifest {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}
/** Bytes of a blob by its digest; null where there is none. */
type Blobs = (digest: string) => Promise<Buffer | null>;

const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const json = (bytes: Buffer | string): unknown => JSON.parse(bytes.toString());

export default check(async ({ lab, finding, supporting }) => {
  const schemas = await ociSchemas();
  const { runId } = lab.engine();
  const folder = await lab.scratchDirectory();
  await using registry = await startRegistry({ runId, folder: await lab.scratchDirectory() });
  const engine = await lab.privateEngine({ extra: [registry.engineArgument] });
  await registry.connect(engine.engine());
  const containerd = await containerdBeside(engine.daemon);

  const pushed = async (repository: string) => {
    const word = lab.token();
    const image = await engine.builtImage({ name: repository, from: 'bare', files: { '/word': word } });
    const name = `${registry.address}/${repository}:1`;
    const digest = await pushImage(engine.engine(), image, name);
    const { body, contentType } = await registry.request(`/v2/${repository}/manifests/${digest}`, { accept: accepted });
    return { image, name, repository, contentType, manifest: body.toString() };
  };
  const sound = await pushed('sound');
  const parsed = json(sound.manifest) as Manifest;
  const withLayers = (change: (layer: Descriptor) => object): string =>
    JSON.stringify({ ...parsed, layers: parsed.layers.map(change) });
  const nowhere = digestOf(Buffer.from(lab.token()));
  const withoutDigests = withLayers((layer) => ({ ...layer, digest: undefined }));
  const toNowhere = withLayers((layer) => ({ ...layer, digest: nowhere }));

  /** What is wrong with an image by the schemas and by its own digests; null where nothing is. */
  const faultOf = async (manifestText: string, blobs: Blobs): Promise<string | null> => {
    const wrong = schemas.complaint('manifest', json(manifestText));
    if (wrong !== null) return wrong;
    const { config, layers } = json(manifestText) as Manifest;
    const contents: Buffer[] = [];
    for (const { digest, size } of [config, ...layers]) {
      const bytes = await blobs(digest);
      if (bytes === null) return `there is no blob ${digest}`;
      if (digestOf(bytes) !== digest || bytes.length !== size) return `the blob ${digest} is another one`;
      contents.push(bytes);
    }
    const [configBytes = Buffer.alloc(0), ...layerBytes] = contents;
    const configuration = json(configBytes) as { readonly rootfs: { readonly diff_ids: readonly string[] } };
    const found = layerBytes.map((bytes) => digestOf(gunzipSync(bytes)));
    if (found.join() !== configuration.rootfs.diff_ids.join())
      return 'the layers are not those that the configuration lists';
    return schemas.complaint('config', configuration);
  };
  const valid = (fault: () => Promise<string | null>) =>
    truth(async () => {
      const found = await fault();
      return {
        value: found === null,
        saw: found === null ? `Nothing is wrong (${schemas.source}).` : `Wrong: ${found}`,
      };
    });

  const served: Blobs = async (digest) => {
    const { status, body } = await registry.request(`/v2/${sound.repository}/blobs/${digest}`);
    return status === 200 ? body : null;
  };
  const exchanged = (manifest: string) => valid(() => faultOf(manifest, served));
  await finding('exchanged', {
    measure: exchanged(sound.manifest),
    controls: { 'without-digests': exchanged(withoutDigests), 'no-such-layer': exchanged(toNowhere) },
  });

  const taken = (manifest: string) =>
    truth(async () => {
      const put = { contentType: sound.contentType, body: manifest };
      const { status } = await registry.request(`/v2/${sound.repository}/manifests/again`, { put });
      return { value: status === 201, saw: `The registry answers with status ${String(status)}.` };
    });
  await finding('registry-takes-it', {
    measure: taken(sound.manifest),
    controls: { 'without-digests': taken(withoutDigests), 'no-such-layer': taken(toNowhere) },
  });

  await containerd.pull(sound.name);
  const layout = await unpackedLayout(await lab.scratchDirectory());
  const inLayout: Blobs = (digest) => readFile(join(layout, 'blobs', digest.replace(':', '/'))).catch(() => null);
  const layoutFault = async (index: unknown): Promise<string | null> => {
    const wrong =
      schemas.complaint('layout', json(await readFile(join(layout, 'oci-layout')))) ??
      schemas.complaint('index', index);
    if (wrong !== null) return wrong;
    const { manifests } = index as { readonly manifests: readonly Descriptor[] };
    for (const { digest } of manifests) {
      const manifest = await inLayout(digest);
      if (manifest === null || digestOf(manifest) !== digest) return `the manifest ${digest} is not there`;
      const fault = await faultOf(manifest.toString(), inLayout);
      if (fault !== null) return fault;
    }
    return manifests.length === 0 ? 'the index names no image' : null;
  };
  const index = json(await readFile(join(layout, 'index.json'))) as { readonly manifests: readonly Descriptor[] };
  const pointing = (change: (manifest: Descriptor) => object): object => ({
    ...index,
    manifests: index.manifests.map(change),
  });
  await finding('layout', {
    measure: valid(() => layoutFault(index)),
    controls: {
      'without-media-type': valid(() => layoutFault(pointing((manifest) => ({ ...manifest, mediaType: undefined })))),
      'no-such-manifest': valid(() => layoutFault(pointing((manifest) => ({ ...manifest, digest: nowhere })))),
    },
  });

  const word = async (image: Image): Promise<string> => {
    const { stdout } = await engine.complete({ image, network: 'none', init: false, command: ['cat', '/word'] });
    return stdout.trim();
  };
  const bySecond = async (name: string): Promise<string> => {
    const refused = await containerd.pull(name).then(
      () => null,
      () => 'refused',
    );
    if (refused !== null) return refused;
    const { stdout, stderr } = await containerd.run(name, ['cat', '/word']);
    return stdout.trim() || stderr.trim();
  };
  const printed = (image: Image, name: string) =>
    values(async () => [
      { label: 'Docker and runc', value: await word(image) },
      { label: 'containerd and crun', value: await bySecond(name) },
    ]);
  const damaged = await pushed('damaged');
  await damageLayer(registry, json(damaged.manifest) as Manifest);
  await finding('second-runtime', {
    measure: printed(sound.image, sound.name),
    controls: { 'damaged-layer': printed(damaged.image, damaged.name) },
  });

  await supporting('pushed-as-oci', {
    measure: truth(() => ({
      value: sound.contentType === ociManifest,
      saw: `The engine pushed ${sound.contentType}.`,
    })),
  });

  async function unpackedLayout(into: string): Promise<string> {
    const tar = join(folder, 'layout.tar');
    await containerd.exportLayout(sound.name, tar);
    await mkdir(join(into, 'layout'));
    await lab.host.exec(['tar', '-xf', tar, '-C', join(into, 'layout')]);
    return join(into, 'layout');
  }
});

/** Changes one byte in the middle of the image's last layer, where the registry keeps it. */
async function damageLayer(registry: Registry, { layers }: Manifest): Promise<void> {
  const hex = (layers.at(-1)?.digest ?? '').replace('sha256:', '');
  const path = join(registry.folder, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
  const bytes = await readFile(path);
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  await writeFile(path, bytes);
}
