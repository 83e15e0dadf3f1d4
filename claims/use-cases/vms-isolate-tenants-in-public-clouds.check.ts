import { check, truth, type Subject } from '#verify';

export default check(async ({ lab, supporting }) => {
  /** CPUID leaf 1, ECX bit 31, which hardware leaves clear and hypervisors set (Linux, cpufeatures.h: HYPERVISOR). */
  const marked = (subject: () => Subject | Promise<Subject>) =>
    truth(async () => {
      const asked = await subject();
      const { stdout } = await asked.exec(['cat', '/proc/cpuinfo']);
      const flags = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(stdout)?.[1]?.split(' ') ?? [];
      const value = flags.includes('hypervisor');
      return { value, saw: `The ${asked.label}: ${value ? 'flag "hypervisor"' : 'no flag "hypervisor"'}.` };
    });
  const model = lab.emulated ? 'max' : 'host';
  await supporting('this-host', {
    measure: marked(() => lab.host),
    controls: {
      guest: marked(() => lab.guest({ image: 'bare', cpuModel: model })),
      hidden: marked(() => lab.guest({ image: 'bare', cpuModel: `${model},-hypervisor` })),
    },
  });
});
