import { readdir, readlink } from 'node:fs/promises';
import { check, truth, type RunningGuest } from '#verify';

/** What the monitor says, and whether its process holds a virtual processor of the kernel's (KVM API, "KVM_CREATE_VCPU"). */
async function hardwareUse(guest: RunningGuest): Promise<{ value: boolean | null; saw: string }> {
  const { enabled = false, present = false } = (await guest.qmp.execute('query-kvm')) as {
    readonly enabled?: boolean;
    readonly present?: boolean;
  };
  const folder = `/proc/${String(guest.pid)}/fd`;
  const names = await readdir(folder).catch(() => null);
  if (names === null) return { value: null, saw: 'This system does not show what a process holds.' };
  const links = await Promise.all(names.map((name) => readlink(`${folder}/${name}`).catch(() => 'closed')));
  const processors = links.filter((link) => link.includes('kvm-vcpu')).length;
  return {
    value: enabled && processors > 0,
    saw: `The monitor: present ${String(present)}, enabled ${String(enabled)}. Virtual processors held: ${String(processors)}.`,
  };
}

export default check(async ({ lab, finding, supporting }) => {
  const emulated = await lab.restoredGuest({ image: 'bare', emulated: true });
  await finding('in-use', {
    measure: truth(async () => hardwareUse(await lab.restoredGuest({ image: 'bare' }))),
    controls: { emulation: truth(() => hardwareUse(emulated)) },
  });

  await supporting('runs-without', {
    measure: truth(async () => {
      const word = lab.token();
      const { stdout } = await emulated.exec(['echo', word]);
      const { saw } = await hardwareUse(emulated);
      return { value: stdout.includes(word), saw };
    }),
  });
  await supporting('processor-offers', {
    measure: truth(async () => {
      const { stdout } = await lab.host.exec(['cat', '/proc/cpuinfo']);
      const flag = /\b(vmx|svm)\b/.exec(stdout)?.[1];
      return { value: flag !== undefined, saw: flag ?? 'Neither vmx nor svm is among the flags.' };
    }),
  });
  await supporting('devices-apart', {
    measure: truth(async () => {
      const groups = await readdir('/sys/kernel/iommu_groups').catch(() => []);
      return { value: groups.length > 0, saw: `IOMMU groups: ${String(groups.length)}.` };
    }),
  });
});
