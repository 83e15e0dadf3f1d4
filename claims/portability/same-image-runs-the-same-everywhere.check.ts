import { join } from 'node:path';
import {
  check,
  containerdBeside,
  crunRuntime,
  exportTree,
  pullImage,
  pushImage,
  runExported,
  startRegistry,
  treeDigestScript,
  values,
  type Image,
  type OwnEngine,
} from '#verify';

/** What a program of any kind leans on: its files, its tools, sorting, dates, arithmetic, who it is and where. */
const program = `#!/bin/sh
echo "word $(cat /word)"
echo "tool $(tool)"
echo "sums $(seq 1 1000 | sha256sum | cut -c 1-16)"
echo "sorted $(printf 'b\\nA\\na\\nB\\n' | sort | tr '\\n' ' ')"
echo "date $(date -u -d @1000000000 '+%Y-%m-%d %H:%M:%S')"
echo "user $(id -u):$(id -g) in $(pwd)"
echo "tree $(busybox sh -ec '. /digest')"
echo "kernel $(uname -r)"
`;
/** As an unpinned dependency does it: whatever is the newest at the time of the build. */
const installNewest = 'RUN mv "$(ls -d /packages/tool-* | tail -n 1)" /usr/bin/tool && rm -r /packages';

interface Place {
  readonly label: string;
  readonly run: () => Promise<string>;
}

export default check(async ({ lab, finding, supporting, exhibit }) => {
  const { runId } = lab.engine();
  const folder = await lab.scratchDirectory();
  await using registry = await startRegistry({ runId, folder: await lab.scratchDirectory() });
  const extra = [registry.engineArgument];
  const builder = await lab.privateEngine({ extra });
  const second = await lab.privateEngine({
    storageDriver: 'vfs',
    extra: [...extra, `--add-runtime=crun=${await crunRuntime(folder)}`, '--default-runtime=crun'],
  });
  for (const own of [builder, second]) await registry.connect(own.engine());

  const word = lab.token();
  const built = (versions: readonly number[]): Promise<Image> =>
    builder.builtImage({
      name: 'everywhere',
      from: 'bare',
      files: {
        '/word': word,
        '/program': program,
        '/digest': treeDigestScript(),
        ...Object.fromEntries(
          versions.map((version) => [
            `/packages/tool-${String(version)}`,
            `#!/bin/sh\necho version ${String(version)}\n`,
          ]),
        ),
      },
      instructions: [installNewest],
    });
  const image = await built([1]);
  const digest = await pushImage(builder.engine(), image, `${registry.address}/everywhere:1`);
  const name = `${registry.address}/everywhere@${digest}`;

  const onDocker = async (engine: OwnEngine, { reference }: Pick<Image, 'reference'>): Promise<string> => {
    const { stdout, stderr } = await engine.complete({
      image: { id: reference, reference, sizeBytes: 0 },
      network: 'none',
      init: false,
      command: ['/program'],
    });
    return stdout + stderr;
  };
  const described = async (engine: OwnEngine): Promise<string> => {
    const info = (await engine.engine().docker.info()) as { readonly DefaultRuntime: string; readonly Driver: string };
    return `Docker, ${info.DefaultRuntime}, ${info.Driver}`;
  };
  await pullImage(second.engine(), name);
  const containerd = await containerdBeside(second.daemon);
  await containerd.pull(name);
  const tar = join(folder, 'image.tar');
  await exportTree(await builder.createdContainer({ image, command: ['/program'] }), tar);
  const guest = await lab.guest({ image: 'minimal', disks: [{ path: tar, format: 'raw', readOnly: true }] });

  const here: Place = { label: await described(builder), run: () => onDocker(builder, image) };
  const inGuest: Place = {
    label: 'virtual machine, runc',
    run: async () => {
      const { stdout, stderr } = await runExported(guest, '/dev/vdb', '/program');
      return stdout + stderr;
    },
  };
  const places: readonly Place[] = [
    here,
    { label: await described(second), run: () => onDocker(second, { reference: name }) },
    {
      label: 'containerd, crun, native',
      run: async () => {
        const { stdout, stderr } = await containerd.run(name, ['/program']);
        return stdout + stderr;
      },
    },
    inGuest,
  ];
  const rebuilt = await built([1, 2]);
  const afterRebuild: Place = { label: 'the same Dockerfile built again', run: () => onDocker(builder, rebuilt) };

  const outputs = new Map<Place, Promise<string>>();
  const outputOf = (place: Place): Promise<string> => {
    const known = outputs.get(place) ?? place.run();
    outputs.set(place, known);
    return known;
  };
  const lineOf = (output: string, key: string): string =>
    output
      .split('\n')
      .find((line) => line.startsWith(`${key} `))
      ?.slice(key.length + 1)
      .trim() ?? `no line "${key}" in: ${output.slice(0, 200)}`;
  const userland = (output: string): string =>
    output
      .split('\n')
      .filter((line) => !/^(tree|kernel) /.test(line))
      .join('; ');
  const across = (which: readonly Place[], part: (output: string) => string) =>
    values(async () => {
      const items: { label: string; value: string }[] = [];
      for (const place of which) items.push({ label: place.label, value: part(await outputOf(place)) });
      return items;
    });
  const tree = (output: string): string => lineOf(output, 'tree').slice(0, 64);
  const kernel = (output: string): string => lineOf(output, 'kernel');

  await finding('output', {
    measure: across(places, userland),
    controls: { 'floating-package': across([here, afterRebuild], userland) },
  });
  await finding('tree', {
    measure: across(places, tree),
    controls: { 'floating-package': across([here, afterRebuild], tree) },
  });
  await supporting('kernel', {
    measure: across([here, inGuest], kernel),
    controls: { 'same-machine': across(places.slice(0, 3), kernel) },
  });

  await exhibit({
    id: 'places',
    title: 'What the image printed in each place',
    columns: ['Place', 'Userland', 'File tree', 'Kernel'],
    rows: await Promise.all(
      places.map(async (place) => {
        const output = await outputOf(place);
        return [place.label, userland(output).slice(0, 400), tree(output).slice(0, 16), kernel(output)];
      }),
    ),
  });
});
