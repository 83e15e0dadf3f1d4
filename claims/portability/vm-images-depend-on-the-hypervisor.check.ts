import { join } from 'node:path';
import { check, hostTool, inTurns, truth, type DiskController, type DiskFormat } from '#verify';

/** Each monitor's own format with a disk controller that the system on the disk has a driver for. */
const platforms = [
  { format: 'qcow2', machine: 'pc', controller: 'virtio' },
  { format: 'vmdk', machine: 'pc', controller: 'pvscsi' },
  { format: 'vdi', machine: 'pc', controller: 'ide' },
  { format: 'vhdx', machine: 'pc', controller: 'nvme' },
] as const;

interface Cell {
  /** What the disk is, for people. */
  readonly disk: string;
  readonly path: string;
  readonly machine: 'pc' | 'q35';
  readonly controller: DiskController;
  readonly format: DiskFormat;
}

export default check(async ({ lab, finding, exhibit }) => {
  const qemuImg = await hostTool('qemu-img', 'qemu-utils');
  const folder = await lab.scratchDirectory();
  const word = lab.token();
  const init = `#!/bin/sh\nmount -t devtmpfs dev /dev\necho "lab: up with ${word}" >/dev/console\npoweroff -f\n`;
  const made = (drivers: 'all' | 'own') => lab.bootableDisk({ tree: 'bare', files: { '/sbin/init': init }, drivers });
  const [usual, sparing] = [await made('all'), await made('own')];

  const converted = async (format: DiskFormat): Promise<string> => {
    const path = join(folder, `disk.${format}`);
    await lab.host.exec([qemuImg, 'convert', '-f', 'raw', '-O', format, usual, path], { timeoutMs: 120_000 });
    return path;
  };

  const asMade = { disk: 'as it was made', path: usual, format: 'raw' } as const;
  const unchanged: readonly Cell[] = platforms.map((platform) => ({ ...asMade, ...platform }));
  const afterConversion: readonly Cell[] = await Promise.all(
    platforms.map(async (platform) => ({
      disk: 'converted',
      path: await converted(platform.format),
      ...platform,
    })),
  );
  const otherController: Cell = { ...asMade, machine: 'q35', controller: 'ide' };
  const madeFor: Cell = { ...asMade, machine: 'pc', controller: 'virtio' };
  const withDriver: Cell = { ...asMade, machine: 'pc', controller: 'ide' };
  const withoutDriver: Cell = { ...withDriver, disk: 'with few drivers', path: sparing };

  const cells = [...unchanged, ...afterConversion, otherController, madeFor, withDriver, withoutDriver];
  const until = new RegExp(`lab: up with ${word}`);
  const boots = await inTurns(cells, 2, ({ path, ...machine }) => lab.bootDisk(path, { ...machine, until }));
  const bootOf = (cell: Cell) => boots[cells.indexOf(cell)] ?? { cameUp: null, saw: 'It was not tried.' };

  /** Whether one of the machines did not come up; a machine that said nothing in time says nothing here. */
  const oneFails = (which: readonly Cell[]) =>
    truth(() => {
      const came = which.map((cell) => bootOf(cell).cameUp);
      const failed = came.filter((cameUp) => cameUp === false).length;
      return {
        value: failed > 0 ? true : came.includes(null) ? null : false,
        saw: `${String(failed)} of ${String(came.length)} machines did not come up.`,
      };
    });
  await finding('format', {
    measure: oneFails(unchanged),
    controls: { converted: oneFails(afterConversion) },
  });
  await finding('controller', {
    measure: oneFails([otherController]),
    controls: { 'made-for': oneFails([madeFor]) },
  });
  await finding('system', {
    measure: oneFails([withoutDriver]),
    controls: { 'with-the-driver': oneFails([withDriver]) },
  });

  await exhibit({
    id: 'matrix',
    title: 'One disk, many machines',
    columns: ['Disk', 'Taken for', 'Machine', 'Controller', 'Came up', 'Last word'],
    rows: cells.map((cell) => {
      const { cameUp, saw } = bootOf(cell);
      const came = cameUp === null ? 'unknown' : cameUp ? 'yes' : 'no';
      return [cell.disk, cell.format, cell.machine, cell.controller, came, saw.replace(word, 'its word').slice(0, 200)];
    }),
  });
});
