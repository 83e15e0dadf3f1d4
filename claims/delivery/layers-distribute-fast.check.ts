import {
  amounts,
  check,
  inTurns,
  pullImage,
  pushImage,
  squashedImage,
  startRegistry,
  stopwatch,
  truth,
  type Cable,
  type Image,
  type OwnEngine,
} from '#verify';

const nodes = 3;
/** As much as a distribution's slim base image weighs once it is compressed; random bytes do not get smaller. */
const runtimeMiB = 32;

interface Machine {
  readonly name: string;
  readonly engine: OwnEngine;
  readonly cable: Cable;
}

export default check(async ({ lab, finding, exhibit }) => {
  const { runId } = lab.engine();
  await using registry = await startRegistry({ runId, folder: await lab.scratchDirectory() });
  const machines = await inTurns([0, 1, 2, 3].slice(0, nodes + 1), 2, async (index): Promise<Machine> => {
    const engine = await lab.privateEngine({ extra: [registry.engineArgument] });
    const name = index === 0 ? 'builder' : `node ${String(index)}`;
    return { name, engine, cable: await registry.connect(engine.engine()) };
  });
  const [builder, ...cluster] = machines;
  if (builder === undefined) throw new Error('There is no machine to build on.');

  const release = async (word: string): Promise<Image> =>
    builder.engine.builtImage({
      name: 'app',
      from: 'bare',
      instructions: [
        `RUN dd if=/dev/urandom of=/runtime bs=1M count=${String(runtimeMiB)}`,
        `RUN echo ${word} > /release; head -c 65536 /dev/urandom > /program`,
      ],
    });

  const rows: (string | number)[][] = [];
  const moved = async (machine: Machine, what: string, work: () => Promise<unknown>): Promise<number> => {
    const [before, watch] = [await machine.cable.bytes(), stopwatch()];
    await work();
    const seconds = watch.seconds();
    const after = await machine.cable.bytes();
    const bytes = after.toEngine - before.toEngine + after.toRegistry - before.toRegistry;
    rows.push([machine.name, what, bytes, Math.round(seconds * 100) / 100]);
    return bytes;
  };
  const told = async (machine: Machine, name: string): Promise<string> => {
    const image = { id: name, reference: name, sizeBytes: 0 };
    const { stdout } = await machine.engine.complete({
      image,
      network: 'none',
      init: false,
      command: ['cat', '/release'],
    });
    return stdout.trim();
  };
  /** Bytes for the push and for all pulls of one release, which must then run on every node. */
  const shipped = async (what: string, image: Image, word: string, name: string, to: readonly Machine[]) => {
    const pushed = await moved(builder, `push, ${what}`, () => pushImage(builder.engine.engine(), image, name));
    const pulls = await inTurns(to, to.length, (machine) =>
      moved(machine, `pull, ${what}`, () => pullImage(machine.engine.engine(), name)),
    );
    for (const machine of to) {
      const said = await told(machine, name);
      if (said !== word)
        throw new Error(`On ${machine.name} the image says "${said}" and not what it was made to say.`);
    }
    return { pushed, pulled: pulls.reduce((sum, bytes) => sum + bytes, 0) };
  };

  const [first, second] = [lab.token(), lab.token()];
  const [firstImage, secondImage] = [await release(first), await release(second)];
  const inLayers = {
    first: await shipped('first release', firstImage, first, `${registry.address}/app:1`, cluster),
    second: await shipped('second release', secondImage, second, `${registry.address}/app:2`, cluster),
  };
  const oneNode = cluster.slice(0, 1);
  const squash = (image: Image) => squashedImage(builder.engine.engine(), image);
  const inOne = {
    first: await shipped(
      'first release, one layer',
      await squash(firstImage),
      first,
      `${registry.address}/one:1`,
      oneNode,
    ),
    second: await shipped(
      'second release, one layer',
      await squash(secondImage),
      second,
      `${registry.address}/one:2`,
      oneNode,
    ),
  };

  const compared = ({ first: one, second: two }: typeof inLayers, side: 'pushed' | 'pulled') =>
    amounts(() => ({
      subject: { label: 'the second release', value: two[side] },
      baseline: { label: 'the first release', value: one[side] },
      unit: 'B',
    }));
  await finding('pull-after-change', {
    measure: compared(inLayers, 'pulled'),
    controls: { 'one-layer': compared(inOne, 'pulled') },
  });
  await finding('push-after-change', {
    measure: compared(inLayers, 'pushed'),
    controls: { 'one-layer': compared(inOne, 'pushed') },
  });

  const allSay = (name: string) =>
    truth(async () => {
      const said = await inTurns(cluster, nodes, (machine) => told(machine, name));
      const right = said.filter((word) => word === second).length;
      return { value: right === nodes, saw: `${String(right)} of ${String(nodes)} engines run the second release.` };
    });
  await finding('every-node', {
    measure: allSay(`${registry.address}/app:2`),
    controls: { 'not-rolled-out': allSay(`${registry.address}/app:1`) },
  });

  await exhibit({
    id: 'transfers',
    title: 'Every transfer: bytes on the cable in both directions',
    columns: ['Machine', 'Transfer', 'Bytes', 'Seconds'],
    rows,
  });
});
