import { check, fingerprint, values, type Subject } from '#verify';

const read = async (subject: Subject, path: string): Promise<string> =>
  (await subject.exec(['cat', path])).stdout.trim();

/** Seconds since the epoch at which the kernel was booted (proc(5), /proc/stat). */
const bootTime = async (subject: Subject): Promise<string> =>
  /^btime (\d+)$/m.exec(await read(subject, '/proc/stat'))?.[1] ?? 'none';

export default check(async ({ lab, finding, supporting }) => {
  const bannersBefore = await lab.bootBanners();
  const container = await lab.container({ image: 'bare', init: false, command: ['sleep', '600'] });
  const guest = await lab.guest({ image: 'bare' });

  const compared = (ask: (subject: Subject) => Promise<string>, other: Subject) =>
    values(async () => [
      { label: 'host', value: await ask(lab.host) },
      { label: other.label, value: await ask(other) },
    ]);
  // Identifiers and parameters of a machine are its owner's business: only whether they are equal goes into the record.
  const bootId = async (subject: Subject) => fingerprint(await read(subject, '/proc/sys/kernel/random/boot_id'));
  const commandLine = async (subject: Subject) => fingerprint(await read(subject, '/proc/cmdline'));

  await finding('boot-id', {
    measure: compared(bootId, container),
    controls: { guest: compared(bootId, guest) },
  });
  await finding('command-line', {
    measure: compared(commandLine, container),
    controls: { guest: compared(commandLine, guest) },
  });
  await finding('boot-time', {
    measure: compared(bootTime, container),
    controls: { guest: compared(bootTime, guest) },
  });

  // The command that counts is not among the processes that the subject was asked to run.
  const processes = (subject: Subject) =>
    values(async () => [
      { label: 'asked for', value: 1 },
      {
        label: subject.label,
        value: Number((await subject.exec(['sh', '-c', 'set -- /proc/[0-9]*; echo $(($# - 1))'])).stdout),
      },
    ]);
  await finding('process-count', {
    measure: processes(container),
    controls: { guest: processes(guest) },
  });

  await supporting('kernel-log', {
    measure: values(async () => [
      { label: 'before', value: bannersBefore },
      { label: 'after', value: await lab.bootBanners() },
    ]),
  });
});
