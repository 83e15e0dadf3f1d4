import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { atOnce, check, mib, truth, type RunningGuest } from '#verify';

/** What a machine is told to be. */
interface Hardware {
  readonly processors: number;
  /** The name that its processor gives itself (CPUID leaves 0x80000002 to 0x80000004, at most 48 characters). */
  readonly model: string;
  readonly memoryMiB: number;
  readonly address: string;
  readonly diskBytes: number;
  /** PCI identity of a device that one machine has and the other has not. */
  readonly extra: { readonly device: string; readonly identity: string };
}

const asked = async (guest: RunningGuest, script: string): Promise<string> =>
  (await guest.exec(['sh', '-c', script])).stdout.trim();

export default check(async ({ lab, finding, exhibit }) => {
  const folder = await lab.scratchDirectory();
  const randomAddress = (): string => {
    // 52:54:00 is QEMU's range of locally administered addresses.
    const digits = lab.token();
    return ['52:54:00', digits.slice(0, 2), digits.slice(2, 4), digits.slice(4, 6)].join(':');
  };
  const boot = async (hardware: Hardware): Promise<RunningGuest> => {
    const path = join(folder, `disk-${lab.token()}`);
    await writeFile(path, '');
    await truncate(path, hardware.diskBytes);
    return await lab.guest({
      image: 'bare',
      cpus: hardware.processors,
      cpuModel: `qemu64,model-id=${hardware.model}`,
      memoryMiB: hardware.memoryMiB,
      disks: [{ path, format: 'raw', serial: 'asked' }],
      qemuArguments: [
        ...['-netdev', 'user,id=second,restrict=on'],
        ...['-device', `virtio-net-pci,netdev=second,romfile=,mac=${hardware.address}`],
        ...['-device', hardware.extra.device],
      ],
    });
  };
  const one: Hardware = {
    processors: 1,
    model: `one-${lab.token()}`,
    memoryMiB: 208,
    address: randomAddress(),
    diskBytes: mib(37),
    extra: { device: 'pci-testdev', identity: '1b36:0005' },
  };
  const other: Hardware = {
    processors: 3,
    model: `other-${lab.token()}`,
    memoryMiB: 336,
    address: randomAddress(),
    diskBytes: mib(53),
    extra: { device: 'edu', identity: '1234:11e8' },
  };
  const [first, second] = await Promise.all([boot(one), boot(other)]);

  type Aspect = readonly [of: (hardware: Hardware) => string, seen: (guest: RunningGuest) => Promise<string>];
  const rows: string[][] = [];
  /** Both machines report what they were told to be; crossed over, each is held against the other's orders. */
  const follows = (name: string, [of, seen]: Aspect, crossed = false) =>
    truth(async () => {
      const orders = crossed ? [other, one] : [one, other];
      const reports = await Promise.all([seen(first), seen(second)]);
      const pairs = orders.map((order, index) => [of(order), reports[index] ?? ''] as const);
      if (!crossed)
        for (const [index, [order, report]] of pairs.entries()) rows.push([name, String(index + 1), order, report]);
      return {
        value: pairs.every(([order, report]) => report.split(/\s+/).includes(order)),
        saw: pairs.map(([order, report]) => `Ordered ${order}; the guest has ${report.slice(0, 200)}.`).join(' '),
      };
    });
  const settle = (name: string, aspect: Aspect) => ({
    measure: follows(name, aspect),
    controls: { crossed: follows(name, aspect, true) },
  });

  await finding(
    'processors',
    settle('processors', [(order) => String(order.processors), (guest) => asked(guest, 'nproc')]),
  );
  await finding(
    'processor-model',
    settle('processor model', [
      (order) => order.model,
      (guest) => asked(guest, "sed -n 's/^model name.*: //p' /proc/cpuinfo | sort -u"),
    ]),
  );
  await finding(
    'memory',
    settle('memory, MiB', [
      (order) => String(order.memoryMiB),
      // What firmware and legacy devices keep of the first MiB is less than one MiB.
      async (guest) => String(Math.ceil(systemMemory(await asked(guest, 'cat /proc/iomem')) / mib(1))),
    ]),
  );
  await finding(
    'network-card',
    settle('network card', [(order) => order.address, (guest) => asked(guest, 'cat /sys/class/net/*/address')]),
  );
  await finding(
    'disk',
    settle('disk, bytes', [
      (order) => String(order.diskBytes),
      (guest) => asked(guest, 'for d in /sys/block/vd*; do echo $(( $(cat $d/size) * 512 )); done'),
    ]),
  );
  await finding(
    'devices',
    settle('device on its bus', [
      (order) => order.extra.identity,
      (guest) =>
        asked(
          guest,
          'for d in /sys/bus/pci/devices/*; do v=$(cat $d/vendor); i=$(cat $d/device); echo ${v#0x}:${i#0x}; done',
        ),
    ]),
  );

  /** True where a machine that is no whole computer does not run: it did not print its word. */
  const needsAll = (program: boolean) =>
    truth(async () => {
      const word = lab.token();
      const printed = await lab.bootOneProgram(word, { microvm: true, program });
      const spoke = printed.includes(word);
      return { value: !spoke, saw: spoke ? 'It printed its random word.' : `It printed: ${printed.slice(-200)}` };
    });
  await finding(
    'complete-computer',
    atOnce({ measure: needsAll(true), controls: { 'nothing-to-run': needsAll(false) } }),
  );

  await exhibit({
    id: 'hardware',
    title: 'What was ordered and what the guest has',
    columns: ['Part', 'Machine', 'Ordered', 'Reported'],
    rows,
  });
});

/** Bytes of the ranges that are ordinary memory ("1000-9fbff : System RAM", both ends included). */
function systemMemory(iomem: string): number {
  return [...iomem.matchAll(/^([0-9a-f]+)-([0-9a-f]+) : System RAM$/gm)]
    .map(([, from = '', to = '']) => parseInt(to, 16) - parseInt(from, 16) + 1)
    .reduce((sum, bytes) => sum + bytes, 0);
}
