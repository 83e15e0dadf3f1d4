import { check, statusOf, truth, values } from '#verify';

/** What a shell says of a program that was ended by signal 11, segmentation fault. */
const segmentationFault = 139;

const words = (status: number): string => {
  if (status === 0) return 'executed';
  return status === segmentationFault ? 'stopped by the processor, signal 11' : `ended with status ${String(status)}`;
};

export default check(async ({ lab, finding, supporting }) => {
  const container = await lab.container({ image: 'minimal', user: '0', command: ['sleep', '600'] });
  const onHost = async () => ({
    label: 'program on the host',
    value: words(await statusOf(lab.host, 'privileged')),
  });

  await finding('same-ring', {
    measure: values(async () => [
      await onHost(),
      { label: 'program in the container', value: words(await statusOf(container, 'privileged')) },
    ]),
    controls: {
      'boot-sector': values(async () => {
        const word = lab.token();
        // Its first instruction is the same one; the word comes after it.
        const printed = await lab.bootSector(word);
        return [
          await onHost(),
          { label: 'boot sector of a guest', value: printed.includes(word) ? 'executed' : 'printed nothing' },
        ];
      }),
    },
  });

  const stopped = (program: 'kernelMemory' | 'ownMemory') =>
    truth(async () => {
      const status = await statusOf(container, program);
      return { value: status === segmentationFault, saw: words(status) };
    });
  await supporting('page-tables', {
    measure: stopped('kernelMemory'),
    controls: { 'own-memory': stopped('ownMemory') },
  });

  await supporting('machine-backed-runtime', {
    measure: truth(async () => {
      const { Runtimes } = (await lab.engine().docker.info()) as { readonly Runtimes?: Record<string, unknown> };
      const names = Object.keys(Runtimes ?? {});
      return { value: names.some((name) => /kata|krun|firecracker|runsc/i.test(name)), saw: names.join(', ') };
    }),
  });
});
