import { bootSector, check, gnuMach, sayElf, truth, type Subject } from '#verify';

/** For a system that says its first words; these here do so within a second. */
const patienceMs = 3_000;
const memoryMiB = 96;

/** As a driver or a licence does, it works on the one release that it was made for. */
const madeFor = (release: string, word: string): string =>
  `#!/bin/sh\nif [ "$(uname -r)" = "${release}" ]; then echo ${word}; else echo "made for ${release}, not for $(uname -r)"; exit 1; fi\n`;

export default check(async ({ lab, finding, exhibit }) => {
  const rows: string[][] = [];
  const note = (where: string, what: string, saw: string): string => {
    rows.push([where, what, saw.slice(0, 300)]);
    return saw;
  };
  const [kernelPackage = ''] = await lab.otherKernels(1);
  const release = kernelPackage.replace('linux-image-', '');
  const guest = await lab.restoredGuest({ image: 'bare', kernelPackage });
  const mach = await gnuMach();
  const [oldWord, bareWord, plainWord] = [lab.token(), lab.token(), lab.token()];
  const programs = {
    'a program for one older release of the kernel': { file: Buffer.from(madeFor(release, oldWord)), says: oldWord },
    'a system of 32 bits': { file: mach.program, says: 'GNU Mach' },
    'a program of 16 bits for the bare machine': { file: bootSector(bareWord), says: bareWord },
    'a program that needs nothing': { file: sayElf(plainWord), says: plainWord },
  } as const;
  type What = keyof typeof programs;

  const inGuest = async (what: What): Promise<string> => {
    const { file } = programs[what];
    const load = ['sh', '-c', 'base64 -d > /program; chmod +x /program'];
    await guest.exec(load, { stdin: Buffer.from(file).toString('base64') });
    // One that has said its word rests until it is ended.
    const { stdout, stderr } = await guest.exec(['timeout', '2', '/program'], { reject: false });
    return note('guest with another kernel', what, `${stdout}${stderr}`.trim());
  };
  const inContainer = async (what: What): Promise<string> => {
    const { file } = programs[what];
    const box: Subject = await lab.container({ image: 'bare', command: ['sleep', '600'] });
    const load = ['sh', '-c', 'base64 -d > /program; chmod +x /program'];
    await box.exec(load, { stdin: Buffer.from(file).toString('base64') });
    const { stdout, stderr } = await box.exec(['timeout', '2', '/program'], { reject: false });
    return note('container', what, `${stdout}${stderr}`.trim());
  };
  const says = (what: What, run: () => Promise<string>) =>
    truth(async () => {
      const saw = await run();
      return { value: saw.includes(programs[what].says), saw: saw === '' ? 'It said nothing.' : `It said: ${saw}` };
    });
  const settle = (id: string, what: What, inMachine: () => Promise<string>) =>
    finding(id, {
      measure: says(what, inMachine),
      controls: { container: says(what, () => inContainer(what)) },
    });

  const older: What = 'a program for one older release of the kernel';
  await settle('older-release', older, () => inGuest(older));
  const thirtyTwo: What = 'a system of 32 bits';
  await settle('thirty-two-bits', thirtyTwo, async () => {
    const printed = await lab.bootOther(mach, { memoryMiB, until: /reserved/, deadlineMs: patienceMs });
    return note('machine', `${thirtyTwo}: ${mach.label}`, printed.replaceAll(/[^\x20-\x7e\n]/g, '').trim());
  });
  const sixteen: What = 'a program of 16 bits for the bare machine';
  await settle('sixteen-bits', sixteen, async () => note('machine', sixteen, (await lab.bootSector(bareWord)).trim()));

  /** Does none of these say its word in a container? */
  const noneRuns = (list: readonly What[], alsoInGuest: boolean) =>
    truth(async () => {
      const said: boolean[] = [];
      for (const what of list) {
        if (alsoInGuest && !(await inGuest(what)).includes(programs[what].says))
          return { value: null, saw: 'Not even in the guest.' };
        said.push((await inContainer(what)).includes(programs[what].says));
      }
      return {
        value: !said.includes(true),
        saw: `${String(said.filter(Boolean).length)} of ${String(list.length)} ran.`,
      };
    });
  await finding('not-in-containers', {
    measure: noneRuns([older, thirtyTwo, sixteen], false),
    controls: { 'needs-nothing': noneRuns(['a program that needs nothing'], true) },
  });

  await exhibit({
    id: 'systems',
    title: 'What was started where, and what it said',
    columns: ['Where', 'What', 'It said'],
    rows,
  });
});
