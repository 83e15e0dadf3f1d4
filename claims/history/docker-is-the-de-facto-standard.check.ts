import { createServer } from 'node:http';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { check, loadImage, saveImage, values, type EngineLab, type Image, type LabContainerOptions } from '#verify';

export default check(async ({ lab, supporting, exhibit }) => {
  const second = await lab.secondEngine();
  const onSecond = lab.engineAt(second.socketPath);
  const word = lab.token();
  const image = await lab.builtImage({ name: 'word', from: 'bare', instructions: [`RUN echo ${word} > /word`] });
  const archive = join(await lab.scratchDirectory(), 'image.tar');
  await saveImage(lab.engine(), image, archive);
  const loaded = await loadImage(second, archive, image.reference);

  const there = { ...second.withinIt, image: loaded };
  /** What the client says of a container: run, asked for a file by a second process, its log fetched. */
  const useOf = async (engine: EngineLab, options: LabContainerOptions): Promise<string> => {
    await using container = await engine.container({ ...options, command: ['sh', '-c', 'echo log; exec sleep 600'] });
    await container.waitForOutput('log');
    const { stdout } = await container.exec(['cat', '/word']);
    return stdout.trim();
  };
  /** A refusal must be the one that was to be shown; anything else is a fault of the check. */
  const unlessRefused = (why: RegExp, work: Promise<string>): Promise<string> =>
    work.catch((error: unknown) => {
      if (error instanceof Error && why.test(error.message)) return 'refused';
      throw error;
    });
  const client = (other: () => Promise<string>) =>
    values(async () => [
      { label: 'asked of Docker', value: await useOf(lab, { image }) },
      { label: 'asked of the other', value: await unlessRefused(/HTTP code 404/, other()) },
    ]);
  await supporting('same-client', {
    measure: client(() => useOf(onSecond, { ...second.withinIt, image: loaded })),
    controls: {
      'no-engine': client(async () => {
        const socket = join(await lab.scratchDirectory(), 's');
        const server = createServer((_, response) => response.writeHead(404).end()).listen(socket);
        await once(server, 'listening');
        return useOf(lab.engineAt(socket), { image }).finally(() => server.close());
      }),
    },
  });

  /** An archive in which one word of a layer is another, as long, after it was saved. */
  const tamperedWith = async (path: string, from: string): Promise<string> => {
    const content = await readFile(path, 'latin1');
    await writeFile(`${path}.damaged`, content.replace(`${from}\n`, `${lab.token()}\n`), 'latin1');
    return `${path}.damaged`;
  };
  const readOn = async (engine: EngineLab, options: LabContainerOptions & { readonly image: Image }, path: string) => {
    // Else the engine finds that it has the image already.
    await engine.engine().docker.getImage(options.image.reference).remove({ force: true });
    return useOf(engine, { ...options, image: await loadImage(engine.engine(), path, options.image.reference) });
  };
  const carried = (made: string, engine: EngineLab, options: LabContainerOptions & { image: Image }, path: string) =>
    values(async () => [
      { label: 'in the image as it was made', value: made },
      {
        label: 'in a container of the other engine',
        value: await unlessRefused(/diffid|digest|layer/i, readOn(engine, options, path)),
      },
    ]);
  await supporting('image-goes-over', {
    measure: carried(word, onSecond, there, archive),
    controls: { damaged: carried(word, onSecond, there, await tamperedWith(archive, word)) },
  });

  const answer = lab.token();
  // The damaged archive took its place, and was refused.
  await loadImage(second, archive, image.reference);
  const changed = await onSecond.container({
    ...there,
    command: ['sh', '-c', `echo ${answer} > /word; sleep 600`],
  });
  await changed.exec(['sh', '-c', `until grep -q ${answer} /word; do :; done`]);
  const committed = await onSecond.committed(changed);
  await changed[Symbol.asyncDispose]();
  const back = join(await lab.scratchDirectory(), 'image.tar');
  await saveImage(second, committed, back);
  const here = { image: await loadImage(lab.engine(), back, committed.reference) };
  await supporting('image-comes-back', {
    measure: carried(answer, lab, here, back),
    controls: { damaged: carried(answer, lab, here, await tamperedWith(back, answer)) },
  });

  const row = async (name: string, { engine }: Pick<EngineLab, 'engine'>) => {
    const { Version, ApiVersion } = await engine().docker.version();
    return [name, Version, ApiVersion];
  };
  await exhibit({
    id: 'engines',
    title: 'Engines that answered the same client',
    columns: ['Engine', 'Version', 'Version of the API'],
    rows: [await row('Docker', lab), await row(second.version, onSecond)],
  });
});
