import { join } from 'node:path';
import {
  check,
  doWork,
  installSystemCallMeter,
  iperf3Run,
  iperf3Server,
  kib,
  listenInBackground,
  mib,
  mountTunedDisk,
  once,
  pairedReadings,
  sharedJobs,
  tunedDisk,
  untunedProcessor,
  type FixedWork,
  type LabContainerOptions,
  type Subject,
} from '#verify';

const works = [
  ['integer', 'integer-tuned', 'integer-untuned'],
  ['latency', 'latency-tuned', 'latency-untuned'],
  ['getpid', 'getpid-tuned', 'getpid-untuned'],
  ['fork-exec', 'fork-exec-tuned', 'fork-exec-untuned'],
  ['disk', 'disk-tuned', 'disk-untuned'],
] as const;
const jobs = {
  disk: { pattern: 'randread', blockBytes: kib(4), direct: true, totalBytes: mib(4), fileBytes: mib(32) },
} as const;
const port = 5201;

/** A container or a guest, made when it is first needed. */
interface Place {
  readonly label: string;
  readonly emulated: boolean;
  readonly subject: () => Promise<Subject>;
  /** Folder for programs and small files. */
  readonly own: string;
  /** Who reads from the disk, and in which folder. */
  readonly disk: () => Promise<readonly [Subject, string]>;
  /** Where an iperf3 server listens. */
  readonly address?: () => Promise<string>;
}

export default check(async ({ lab, finding }) => {
  const net = lab.engine().private ? lab : await lab.privateEngine();
  const folder = await lab.scratchDirectory({ mode: 0o777 });
  const client = once(() => net.container({ command: ['sleep', '3600'] }));
  const containerPlace = (label: string): Place => {
    const options: LabContainerOptions = { label, binds: [[folder, '/data']], command: iperf3Server(port) };
    const running = once(() => net.container(options));
    const address = async () => {
      const container = await running();
      await container.waitForOutput('listening');
      return await container.address();
    };
    return {
      label,
      emulated: false,
      subject: running,
      own: '/run',
      disk: async () => [await running(), '/data'],
      address,
    };
  };
  const guestPlace = (label: string, more: Partial<Place>, subject: Place['subject']): Place => {
    const disk = async () => [await subject(), '/var'] as const;
    return { label, emulated: lab.emulated, subject, own: '/var', disk, ...more };
  };
  const tap = once(() => net.bridgeTap());
  const tunedGuest = once(async () => lab.restoredGuest({ tap: await tap() }));
  const withDisk = once(async () => {
    const guest = await lab.guest({ qemuArguments: await tunedDisk(lab.host, join(folder, 'disk')) });
    return [guest, await mountTunedDisk(guest)] as const;
  });
  const listening = once(async () => {
    await listenInBackground(await tunedGuest(), iperf3Server(port), port);
    return (await tap()).address.replace(/\/.*/, '');
  });
  const [box, again] = [containerPlace('container'), containerPlace('another container')];
  const tuned = guestPlace('guest, tuned', { disk: withDisk, address: listening }, tunedGuest);
  const untuned = guestPlace(
    'guest, untuned',
    {},
    once(() => lab.restoredGuest({ cpuModel: untunedProcessor() })),
  );

  const cpu = { quantity: 'cost', unit: 's', clock: 'cpu' } as const;
  const againstContainer = (place: Place) => {
    const against = <R>(take: (of: Place) => () => Promise<R>) =>
      pairedReadings<R>(
        { warmups: 0, atLeast: 10, atMost: 14 },
        { subject: place, take: take(place) },
        { subject: box, take: take(box) },
      );
    const work = (kind: FixedWork) =>
      against(
        ({ subject }) =>
          async () =>
            doWork(await subject(), kind, { times: 0.5 }),
      ).reading(cpu, ({ cpuSeconds }) => cpuSeconds);
    const calls = against(({ subject, own }) => {
      const meter = once(async () => installSystemCallMeter(await subject(), own));
      return async () => (await meter()).costs();
    });
    const disk = against(({ disk: reader }) => async () => {
      const [subject, elsewhere] = await reader();
      return (await sharedJobs(lab.host, { folder, elsewhere }, jobs).run(subject, ['disk'])).disk;
    });
    const network = against(({ address }) => async () => {
      if (address === undefined) throw new Error(`Nobody listens in the ${place.label}.`);
      return await iperf3Run(await client(), { address: await address(), port, seconds: 1 });
    });
    return {
      integer: work('integer'),
      latency: work('latency'),
      getpid: calls.reading(cpu, ({ getpid }) => getpid),
      'fork-exec': calls.reading(cpu, (costs) => costs['fork-exec']),
      disk: disk.reading({ ...cpu, clock: 'wall' }, ({ read }) => 1 / read.operationsPerSecond),
      network: network.reading({ ...cpu, clock: 'wall' }, ({ receivedBitsPerSecond }) => 1 / receivedBitsPerSecond),
    };
  };

  const measured = {
    tuned: againstContainer(tuned),
    untuned: againstContainer(untuned),
    again: againstContainer(again),
  };
  for (const [work, whenTuned, whenUntuned] of works) {
    const controls = { container: measured.again[work] };
    await finding(whenTuned, { measure: measured.tuned[work], controls });
    await finding(whenUntuned, { measure: measured.untuned[work], controls });
  }
  await finding('network-tuned', {
    measure: measured.tuned.network,
    controls: { container: measured.again.network },
  });
});
