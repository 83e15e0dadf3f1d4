import { check, once, treeDigest, truth, values, type Image } from '#verify';

const steps = (changed?: 0 | 1) =>
  ['mkdir /app', 'seq 1 1000 > /app/data', 'sha256sum /app/data > /app/sum'].map(
    (command, index) => `RUN ${command}${index === changed ? ' && true' : ''}`,
  );
const clock = 'RUN date > /app/made; cat /proc/uptime >> /app/made';

export default check(async ({ lab, finding }) => {
  const engine = lab.engine();
  /** Without the cache: every step is run again. */
  const built = (instructions: readonly string[]): Promise<Image> =>
    lab.builtImage({ name: 'recorded', from: 'bare', instructions, cache: false });
  const treeOf = async (image: Image): Promise<string> => {
    await using box = await lab.container({ image, network: 'none', command: ['sleep', '600'] });
    return await treeDigest(box);
  };
  const both = async () => {
    const [plain, timed] = await Promise.all([built(steps()), built([...steps(), clock])]);
    return { plain, timed };
  };
  // One round after the other, so that the clock goes on between them.
  const first = once(both);
  const second = once(async () => {
    await first();
    return both();
  });
  const twice = (kind: 'plain' | 'timed') =>
    values(async () => [
      { label: 'first build', value: await treeOf((await first())[kind]) },
      { label: 'second build', value: await treeOf((await second())[kind]) },
    ]);
  await finding('same-tree', { measure: twice('plain'), controls: { 'reads-the-clock': twice('timed') } });

  const historyOf = async (image: Image): Promise<readonly string[]> => {
    const entries = (await engine.docker.getImage(image.id).history()) as readonly { CreatedBy: string }[];
    return entries.map(({ CreatedBy }) => CreatedBy).reverse();
  };
  const tellsSteps = (image: () => Promise<Image>) =>
    truth(async () => {
      const history = (await historyOf(await image())).join('\n');
      const places = steps().map((step) => history.indexOf(step.replace('RUN ', '')));
      const inOrder = places.every((place, index) => place > (places[index - 1] ?? -1));
      const known = places.filter((place) => place >= 0).length;
      return {
        value: inOrder && known === places.length,
        saw: `The history tells of ${String(known)} of ${String(places.length)} steps.`,
      };
    });
  await finding('steps-kept', {
    measure: tellsSteps(async () => (await first()).plain),
    controls: {
      'made-by-hand': tellsSteps(async () => {
        await using box = await lab.container({ image: 'bare', network: 'none', command: ['sleep', '600'] });
        for (const step of steps()) await box.exec(['sh', '-c', step.replace('RUN ', '')]);
        return await lab.committed(box);
      }),
    },
  });

  const cached = (instructions: readonly string[]): Promise<Image> =>
    lab.builtImage({ name: 'recorded', from: 'bare', instructions });
  // A token that no other build has had: the first of these builds finds none of its steps in the cache.
  const own = (instructions: readonly string[], token: string) => [`RUN echo ${token} > /build`, ...instructions];
  // Digests of layers would not do: a step that is run again within the same second makes the very same bytes.
  const marked = (changed?: 0 | 1) =>
    steps(changed).map((step, index) => `${step}; cat /proc/sys/kernel/random/uuid > /mark${String(index)}`);
  const marksOf = async (image: Image): Promise<readonly string[]> => {
    const { stdout } = await lab.complete({ image, network: 'none', command: ['cat', '/mark0', '/mark1', '/mark2'] });
    const marks = stdout.trim().split('\n');
    if (marks.length !== steps().length)
      throw new Error(`The image should have a mark of each step, and says: ${stdout}`);
    return marks;
  };
  const token = lab.token();
  const unchanged = once(async () => marksOf(await cached(own(marked(), token))));
  const rebuilt = (changed?: 0 | 1) =>
    truth(async () => {
      const before = await unchanged();
      const after = await marksOf(await cached(own(marked(changed), token)));
      const kept = before.map((mark, step) => mark === after[step]);
      return {
        value: kept.join() === 'true,false,false',
        saw: `Results of the three steps: ${kept.map((same) => (same ? 'kept' : 'made anew')).join(', ')}.`,
      };
    });
  await finding('rebuilt-from-change', {
    measure: rebuilt(1),
    controls: { 'first-changed': rebuilt(0), 'nothing-changed': rebuilt() },
  });
});
