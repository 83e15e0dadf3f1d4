import { check, fingerprint, truth, values, type Subject } from '#verify';

const asked = async (subject: Subject, command: readonly string[]): Promise<string> =>
  (await subject.exec(command)).stdout.trim();

/** Processes that this kernel has ever created (proc(5), /proc/stat). */
const created = async (subject: Subject): Promise<number> =>
  Number(/^processes (\d+)$/m.exec(await asked(subject, ['cat', '/proc/stat']))?.[1]);

const bump = 500;

export default check(async ({ lab, finding }) => {
  const containers = [
    await lab.container({ image: 'bare', label: 'container, one static binary', command: ['sleep', '600'] }),
    await lab.container({ image: 'full', label: 'container, whole distribution', command: ['sleep', '600'] }),
  ];
  const guest = await lab.guest({ image: 'bare' });

  const compared = (ask: (subject: Subject) => Promise<string>, others: readonly Subject[]) =>
    values(() =>
      Promise.all([lab.host, ...others].map(async (subject) => ({ label: subject.label, value: await ask(subject) }))),
    );
  const uname = (subject: Subject) => asked(subject, ['uname', '-s', '-r', '-v', '-m']);
  // The identifier is the machine's own business: only whether it is the same goes into the record.
  const bootId = async (subject: Subject) =>
    fingerprint(await asked(subject, ['cat', '/proc/sys/kernel/random/boot_id']));
  await finding('release', { measure: compared(uname, containers), controls: { guest: compared(uname, [guest]) } });
  await finding('boot-id', { measure: compared(bootId, containers), controls: { guest: compared(bootId, [guest]) } });

  const follows = (subjects: readonly Subject[]) =>
    truth(async () => {
      const before = await Promise.all(subjects.map(created));
      await lab.host.exec(['sh', '-c', `i=0; while [ $i -lt ${String(bump)} ]; do (:); i=$((i+1)); done`]);
      const after = await Promise.all(subjects.map(created));
      const rises = after.map((count, index) => count - (before[index] ?? NaN));
      return {
        value: rises.every((rise) => rise >= bump),
        saw: `The host created ${String(bump)} processes; the count rose by ${rises.map(String).join(' and ')}.`,
      };
    });
  await finding('counter', { measure: follows(containers), controls: { guest: follows([guest]) } });
});
