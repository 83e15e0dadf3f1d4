import { amount, check, sayElf, truth, values, type Subject } from '#verify';

const asked = async (subject: Subject, script: string): Promise<string> =>
  (await subject.exec(['sh', '-c', script])).stdout.trim();

export default check(async ({ lab, finding }) => {
  const container = await lab.container({ image: 'bare', init: false, command: ['sleep', '600'] });
  const guest = await lab.guest({ image: 'bare' });

  /** Parts of a kernel, or of what loads one, on the file systems that the system has of its own. */
  const bootFiles = (subject: Subject) =>
    truth(async () => {
      const names = [
        'vmlinu*',
        'bzImage',
        'initrd*',
        'initramfs*',
        '*.ko',
        '*.ko.xz',
        '*.ko.zst',
        'grub*',
        'modules.dep',
      ];
      const tests = names.map((name) => `-name '${name}'`).join(' -o ');
      const found = (await asked(subject, `find / -xdev -type f \\( ${tests} \\)`)).split('\n').filter(Boolean);
      return {
        value: found.length === 0,
        saw: found.length === 0 ? 'None.' : `${String(found.length)}, such as ${found[0]?.split('/').at(-1) ?? ''}.`,
      };
    });
  await finding('no-kernel-files', { measure: bootFiles(container), controls: { guest: bootFiles(guest) } });

  // The kernel marks its own threads in field 9 of their stat (PF_KTHREAD, 0x200000); the name before may hold blanks.
  const count =
    "cat /proc/[0-9]*/stat 2>/dev/null | sed 's/.*) //' | awk 'int($7 / 2097152) % 2 { n++ } END { print n + 0 }'";
  const kernelThreads = (subject: Subject) =>
    amount(async () => ({ subject: subject.label, value: Number(await asked(subject, count)), unit: '1' }));
  await finding('no-kernel-threads', {
    measure: kernelThreads(container),
    controls: { guest: kernelThreads(guest) },
  });

  const firstProcess = (subject: Subject) =>
    values(async () => [
      { label: 'asked for', value: 'sleep' },
      { label: `process 1 of the ${subject.label}`, value: await asked(subject, 'cat /proc/1/comm') },
    ]);
  await finding('no-init', { measure: firstProcess(container), controls: { guest: firstProcess(guest) } });

  // The shell that counts is not among the processes that the subject was asked to run.
  const processes = (subject: Subject) =>
    values(async () => [
      { label: 'asked for', value: 1 },
      { label: subject.label, value: Number(await asked(subject, 'set -- /proc/[0-9]*; echo $(($# - 1))')) },
    ]);
  await finding('one-process', { measure: processes(container), controls: { guest: processes(guest) } });

  /** An image of one file; what is in it is a program, or is none. */
  const alone = (content: (word: string) => Uint8Array | string) =>
    truth(async () => {
      const word = lab.token();
      const image = await lab.scratchImage({ name: 'one-file', files: { '/say': content(word) }, command: ['/say'] });
      const container = await lab.createdContainer({ image, init: false });
      try {
        await using running = await container.start();
        await running.waitForOutput(word, 20_000);
      } catch (error) {
        return { value: false, saw: (error instanceof Error ? error.message : String(error)).slice(0, 300) };
      }
      return { value: true, saw: 'It printed the random word that was put into it.' };
    });
  await finding('one-file-runs', {
    measure: alone(sayElf),
    controls: { 'no-program': alone((word) => `Only a text, with the word ${word}.\n`) },
  });
});
