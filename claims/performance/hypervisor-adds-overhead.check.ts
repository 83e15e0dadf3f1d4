import { join } from 'node:path';
import {
  amount,
  check,
  doWork,
  guestMemory,
  installCpuTimer,
  kib,
  memoryOf,
  mib,
  mountTunedDisk,
  once,
  paired,
  schedulingOf,
  sharedJobs,
  tunedDisk,
  virtualMachineExits,
  type FixedWork,
  type Subject,
} from '#verify';

const jobs = {
  disk: { pattern: 'randread', blockBytes: kib(4), direct: true, totalBytes: mib(4), fileBytes: mib(32) },
} as const;
const pairs = { warmups: 0, atLeast: 10, atMost: 14 } as const;
/** Reads its own program over and over: a fixed amount of hashing, by a program that is the same everywhere. */
const hashing = ['busybox', 'sha256sum', ...Array.from({ length: 8 }, () => '/bin/busybox')];

export default check(async ({ lab, finding, supporting }) => {
  const folder = await lab.scratchDirectory({ mode: 0o777 });
  const guest = await lab.restoredGuest();
  const inGuest = { label: 'guest', emulated: lab.emulated };
  const host = { label: 'host', emulated: false };
  const again = { label: 'host again', emulated: false };
  const cpu = { quantity: 'cost', unit: 's', clock: 'cpu' } as const;

  const holds = (subject: string, bytes: () => Promise<number>) =>
    amount(async () => ({ subject, value: await bytes(), unit: 'B', bound: 'exact' }));
  await finding('memory-held', {
    measure: holds('machine monitor', async () => (await guestMemory(guest.pid)).vmmBytes),
    controls: {
      'plain-process': holds('shell that runs no guest', async () => {
        const { stdout } = await lab.host.exec(['sh', '-c', 'sleep 600 </dev/null >/dev/null 2>&1 & echo $!']);
        const pid = Number(stdout);
        const { pssBytes } = memoryOf([pid]);
        await lab.host.exec(['kill', '-KILL', String(pid)]);
        return pssBytes;
      }),
    },
  });

  const worked = (subject: Subject, work: FixedWork) => async () =>
    (await doWork(subject, work, { times: 0.5 })).cpuSeconds;
  for (const work of ['integer', 'latency'] as const) {
    const baseline = { subject: host, take: worked(lab.host, work) };
    await finding(work, {
      measure: paired({ ...cpu, ...pairs, subject: { subject: inGuest, take: worked(guest, work) }, baseline }),
      controls: {
        'host-again': paired({ ...cpu, ...pairs, subject: { subject: again, take: worked(lab.host, work) }, baseline }),
      },
    });
  }

  const tuned = once(async () => {
    const booted = await lab.guest({ qemuArguments: await tunedDisk(lab.host, join(folder, 'disk')) });
    return [booted, await mountTunedDisk(booted)] as const;
  });
  const reading = (reader: () => Promise<readonly [Subject, string]>) => async () => {
    const [subject, elsewhere] = await reader();
    const { disk } = await sharedJobs(lab.host, { folder, elsewhere }, jobs).run(subject, ['disk']);
    return 1 / disk.read.operationsPerSecond;
  };
  const onHost = reading(async () => [lab.host, folder]);
  const wall = { ...cpu, clock: 'wall', ...pairs } as const;
  const hostReads = { subject: host, take: onHost };
  await finding('disk', {
    measure: paired({ ...wall, subject: { subject: inGuest, take: reading(tuned) }, baseline: hostReads }),
    controls: { 'host-again': paired({ ...wall, subject: { subject: again, take: onHost }, baseline: hostReads }) },
  });

  const guestTimer = once(() => installCpuTimer(guest, '/var'));
  const hostTimer = once(() => installCpuTimer(lab.host, folder));
  const accounted = (timer: typeof guestTimer) => async () => (await (await timer()).time(hashing)).cpuSeconds;
  /** What the host gives for what the guest says it took. */
  const given = async () => {
    const before = schedulingOf([guest.pid]).cpuSeconds;
    await accounted(guestTimer)();
    return schedulingOf([guest.pid]).cpuSeconds - before;
  };
  const plain = { subject: host, take: accounted(hostTimer) };
  await finding('monitor', {
    measure: paired({
      ...cpu,
      ...pairs,
      subject: { subject: { label: 'machine monitor, by the host', emulated: lab.emulated }, take: given },
      baseline: { subject: { label: 'work, by the guest', emulated: lab.emulated }, take: accounted(guestTimer) },
    }),
    controls: {
      'host-again': paired({
        ...cpu,
        ...pairs,
        subject: { subject: again, take: accounted(hostTimer) },
        baseline: plain,
      }),
    },
  });

  await supporting('exits', {
    measure: amount(async () => {
      const before = await virtualMachineExits(lab.host);
      await accounted(guestTimer)();
      const value = (await virtualMachineExits(lab.host)) - before;
      return { subject: 'guests of this machine', value, unit: '1', bound: 'exact' };
    }),
  });
});
