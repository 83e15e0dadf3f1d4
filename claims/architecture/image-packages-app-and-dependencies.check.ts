import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { check, truth, type Subject } from '#verify';

/** A program that every tree has, with the one library of its own project. */
const program = '/usr/bin/iperf3';
const library = /libiperf\.so\.\d+/;

/** What the dynamic linker says of a library that is not there (ld.so(8)). */
const missing = /error while loading shared libraries/;

export default check(async ({ lab, finding }) => {
  const tree = await lab.container({ label: 'container, to copy from', command: ['sleep', '600'] });
  const folder = await lab.scratchDirectory();
  const copied = async (path: string): Promise<Buffer> =>
    Buffer.from((await tree.exec(['base64', path])).stdout.replaceAll('\n', ''), 'base64');
  const { stdout } = await tree.exec(['sh', '-c', 'find / -xdev -name "libiperf.so*" | head -n 1']);
  const found = stdout.trim();
  const original = library.exec(found)?.[0] ?? '';
  // The same number of characters, so that the name can be changed inside the program.
  const renamed = original.replace('iperf', lab.token().slice(0, 'iperf'.length));

  const binary = replaced(await copied(program), original, renamed);
  const shared = await copied(found);
  const app = { '/opt/app/program': binary };
  const complete = await lab.builtImage({
    name: 'app',
    from: 'minimal',
    files: { ...app, [`/usr/lib/${renamed}`]: shared },
  });
  const incomplete = await lab.builtImage({ name: 'app', from: 'minimal', files: app });

  const runs = (run: () => Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }>) =>
    truth(async () => {
      const { exitCode, stdout: said, stderr } = await run();
      const ran = exitCode === 0 && said.startsWith('iperf');
      return { value: ran, saw: ran ? 'It ran and named itself.' : (stderr || said).trim().slice(0, 300) };
    });
  const inImage = (image: typeof complete) => () => lab.complete({ image, command: ['/opt/app/program', '--version'] });
  await finding('runs-from-its-image', {
    measure: runs(inImage(complete)),
    controls: { 'without-library': runs(inImage(incomplete)) },
  });

  const file = join(folder, 'program');
  await writeFile(file, binary, { mode: 0o755 });
  const libraries = await lab.scratchDirectory();
  await writeFile(join(libraries, renamed), shared);
  const refused = (subject: Subject, env: Readonly<Record<string, string>> = {}) =>
    truth(async () => {
      const { stdout: said, stderr } = await subject.exec([file, '--version'], { reject: false, env });
      const ran = said.startsWith('iperf');
      return {
        value: missing.test(stderr) && !ran,
        saw: ran ? 'It ran and named itself.' : stderr.replaceAll(folder, '').trim().slice(0, 300),
      };
    });
  await finding('fails-on-the-host', {
    measure: refused(lab.host),
    controls: { 'library-beside': refused(lab.host, { LD_LIBRARY_PATH: libraries }) },
  });
});

/** The file with every occurrence of a name replaced by another of the same length. */
function replaced(file: Buffer, from: string, to: string): Buffer {
  if (from === '' || !file.includes(from))
    throw new Error('The program does not name the library that was to be renamed.');
  return Buffer.from(file.toString('latin1').replaceAll(from, to), 'latin1');
}
