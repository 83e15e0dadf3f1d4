import { readFile } from 'node:fs/promises';
import {
  arm64Firmware,
  arm64Program,
  arm64UserMode,
  atOnce,
  check,
  gnuMach,
  truth,
  type OtherSystem,
  type Subject,
} from '#verify';

/** For a system that says its first words; these here do so within a second. */
const patienceMs = 3_000;

const released = async (subject: Subject): Promise<string> => (await subject.exec(['uname', '-r'])).stdout.trim();

export default check(async ({ lab, finding, supporting, exhibit }) => {
  const rows: string[][] = [];
  const [kernelPackage = ''] = await lab.otherKernels(1);
  const [container, guest] = await Promise.all([
    lab.container({ image: 'bare', command: ['sleep', '600'] }),
    lab.restoredGuest({ image: 'bare', kernelPackage }),
  ]);

  const hostRelease = await released(lab.host);
  const anotherKernel = (subject: Subject) =>
    truth(async () => {
      const release = await released(subject);
      rows.push([subject.label, 'its kernel', release]);
      return {
        value: release !== '' && release !== hostRelease && kernelPackage.endsWith(release),
        saw: `Ordered: ${kernelPackage}. Host: ${hostRelease}. Reported: ${release}.`,
      };
    });
  await finding('other-kernel', { measure: anotherKernel(guest), controls: { container: anotherKernel(container) } });

  /** A random size, by which a system that tells of its memory shows that it speaks of the machine of this run. */
  const randomMiB = () => 65 + (parseInt(lab.token().slice(0, 4), 16) % 120);
  const comesUp = (system: OtherSystem, saysSo: (memoryMiB: number) => RegExp) =>
    truth(async () => {
      const memoryMiB = randomMiB();
      const until = saysSo(memoryMiB);
      const printed = await lab.bootOther(system, { memoryMiB, until, deadlineMs: patienceMs });
      const words = printed.replaceAll(/[^\x20-\x7e\n]/g, '').trim();
      rows.push([`machine, ${String(memoryMiB)} MiB`, system.label, words.split('\n')[0] ?? '']);
      return {
        value: until.test(printed),
        saw: words === '' ? 'It printed nothing.' : `It printed: ${words.slice(0, 400)}`,
      };
    });
  const mach = await gnuMach();
  // Its map of the memory ends where the machine's does, in bytes.
  const machSaysSo = (memoryMiB: number) =>
    new RegExp(`GNU Mach[^]*:0*${(memoryMiB * 2 ** 20).toString(16)}, reserved`);
  await finding(
    'not-linux',
    atOnce({
      measure: comesUp(mach, machSaysSo),
      controls: {
        nothing: comesUp({ ...mach, label: 'nothing', system: { disk: new Uint8Array(512) } }, machSaysSo),
      },
    }),
  );
  const firmwareSaysSo = (memoryMiB: number) => new RegExp(`U-Boot[^]*DRAM: +${String(memoryMiB)} MiB`);
  await finding(
    'other-architecture',
    atOnce({
      measure: comesUp(await arm64Firmware(), firmwareSaysSo),
      controls: { 'made-for-x86': comesUp(await arm64Firmware('x86'), firmwareSaysSo) },
    }),
  );

  /** A program is all that an image holds; in a container, does it not come to say its word? */
  const refused = (label: string, program: Uint8Array, word: string | RegExp) =>
    truth(async () => {
      const image = await lab.scratchImage({ name: 'one-program', files: { '/program': program } });
      // An init of the engine's would try to run it as a script.
      const { stdout, stderr, exitCode } = await lab.complete({ image, init: false, command: ['/program'] });
      const said = `${stdout}${stderr}`.trim().slice(0, 200);
      const runs = stdout.search(word) >= 0;
      const came = runs ? 'runs' : `status ${String(exitCode)}. ${said}`;
      rows.push(['container', label, came]);
      return { value: !runs && exitCode !== 0, saw: runs ? 'It said its word.' : `It ended with ${came}` };
    });
  // One that prints a moment of the machine's clock.
  const own = await readFile(await lab.stampProgram());
  const refusesOwn = () => refused('a program for this system', own, /^\d+$/m);
  await finding('container-no-other-system', {
    measure: refused(mach.label, mach.program, 'GNU Mach'),
    controls: { own: refusesOwn() },
  });
  const foreignWord = lab.token();
  await finding('container-no-other-architecture', {
    measure: refused('a program for arm64', arm64Program(foreignWord), foreignWord),
    controls: { own: refusesOwn() },
  });

  // The emulator translates the program; whatever it asks of its kernel, the kernel that is there is asked.
  const emulator = await arm64UserMode();
  const emulated = async () => {
    const word = lab.token();
    const files = { ...emulator.files, '/program': arm64Program(word) };
    const image = await lab.scratchImage({ name: 'emulated', files });
    const { stdout, stderr } = await lab.complete({ image, command: [emulator.program, '/program'] });
    const release = stdout.split('\0')[0] ?? '';
    const ran = stdout.includes(word);
    rows.push(['container', `a program for arm64, by ${emulator.label}`, ran ? `runs, on ${release}` : stderr.trim()]);
    return { ran, release };
  };
  await supporting('foreign-program-runs', {
    measure: truth(async () => {
      const { ran, release } = await emulated();
      return { value: ran, saw: ran ? `It said its word, and met the kernel ${release}.` : 'It did not say its word.' };
    }),
  });
  const meetsHosts = (ask: () => Promise<{ readonly ran: boolean; readonly release: string }>) =>
    truth(async () => {
      const { ran, release } = await ask();
      if (!ran) return { value: null, saw: 'The program did not run.' };
      return { value: release === hostRelease, saw: `Host: ${hostRelease}. The program met: ${release}.` };
    });
  await finding('only-option', {
    measure: meetsHosts(emulated),
    controls: { guest: meetsHosts(async () => ({ ran: true, release: await released(guest) })) },
  });

  await exhibit({
    id: 'systems',
    title: 'What was started where, and what came of it',
    columns: ['Where', 'What', 'Came of it'],
    rows: rows.map((row) => row.map((cell) => cell.slice(0, 300))),
  });
});
