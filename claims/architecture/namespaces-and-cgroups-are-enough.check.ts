import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  check,
  exportTree,
  handMade,
  leaveTraces,
  mib,
  probeColumn,
  probes,
  truth,
  type ProbeColumn,
  type Subject,
  type Wall,
} from '#verify';

const cap = mib(64);
const wanted = mib(128);

/** Each wall by what is behind it: a finding, and the probe that looks over the wall. */
const walls: readonly (readonly [finding: string, probe: string, wall: Wall])[] = [
  ['files', 'files', 'mount'],
  ['processes', 'processes', 'pid'],
  ['other-memory', 'other-memory', 'pid'],
  ['network', 'interfaces', 'net'],
  ['shared-memory', 'ipc', 'ipc'],
  ['host-name', 'host-name', 'uts'],
];

export default check(async ({ lab, finding, exhibit }) => {
  const folder = await lab.scratchDirectory();
  const image = await lab.createdContainer({ image: 'bare', command: ['true'] });
  const tar = join(folder, 'image.tar');
  await exportTree(image, tar);
  const unpacked = async (): Promise<string> => {
    const tree = join(folder, lab.token());
    await mkdir(tree);
    await lab.host.exec(['tar', '--extract', '--file', tar, '--directory', tree]);
    return tree;
  };
  const made = async (options: { readonly without?: Wall; readonly memoryBytes?: number } = {}): Promise<Subject> => {
    const { without, memoryBytes } = options;
    const group = await lab.bounded({
      label: 'made by hand',
      pids: 64,
      ...(memoryBytes === undefined ? {} : { memoryBytes }),
    });
    return handMade({ tree: await unpacked(), group, ...(without === undefined ? {} : { without }) });
  };

  const host = { subject: lab.host, folder };
  await using traces = await leaveTraces(lab.host, folder);
  const container = await made({ memoryBytes: cap });
  const column = await probeColumn({ subject: container }, host, traces);
  const columns = new Map<Wall, Promise<ProbeColumn>>();
  const lacking = (wall: Wall): Promise<ProbeColumn> => {
    const known = columns.get(wall);
    if (known !== undefined) return known;
    // Without a mount namespace there is no other place to put programs than the host's.
    const place = async () => ({ subject: await made({ without: wall }), ...(wall === 'mount' ? { folder } : {}) });
    const asked = place().then((one) => probeColumn(one, host, traces));
    columns.set(wall, asked);
    return asked;
  };
  for (const [id, probeId, wall] of walls) {
    const probe = probes.find((one) => one.id === probeId);
    if (probe === undefined) throw new Error(`There is no probe "${probeId}".`);
    const behindWall = (of: () => Promise<ProbeColumn>) =>
      truth(async () => {
        const one = await of();
        return { value: one.reached(probe) !== 'host', saw: `${probe.label}, ${one.label}: ${one.said(probe)}.` };
      });
    await finding(id, {
      measure: behindWall(async () => column),
      controls: { 'without-it': behindWall(() => lacking(wall)) },
    });
  }

  const held = (subject: () => Promise<Subject>) =>
    truth(async () => {
      const script = 'head -c "$0" /dev/zero | tail -c "$0" | wc -c';
      const { stdout } = await (
        await subject()
      ).exec(['busybox', 'sh', '-c', script, String(wanted)], { reject: false });
      const took = Number(stdout.trim());
      return {
        value: took < wanted,
        saw: `A program that wanted ${String(wanted)} bytes of memory for itself passed on ${String(took)}.`,
      };
    });
  await finding('memory-cap', {
    measure: held(async () => container),
    controls: { 'without-it': held(() => made()) },
  });

  const byEngine = await lab.container({ image: 'bare', command: ['sleep', '600'] });
  const both = async (what: string, script: string) => {
    const ask = async (subject: Subject) =>
      (await subject.exec(['busybox', 'sh', '-c', script], { reject: false })).stdout.trim().slice(0, 200);
    return [what, await ask(container), await ask(byEngine)];
  };
  const status = (field: string) => `sed -n 's/^${field}:[[:space:]]*//p' /proc/self/status`;
  await exhibit({
    id: 'added',
    title: 'What the engine adds: a container made by hand and one of the engine, of the same image',
    columns: ['What', 'Made by hand', "The engine's, by default"],
    rows: [
      await both('Capabilities of its root (a mask of bits)', status('CapEff')),
      await both('Filter of system calls (0: none, 2: a filter)', status('Seccomp')),
      await both(
        "May write the kernel's settings",
        'touch -c /proc/sys/kernel/panic 2>/dev/null && [ -w /proc/sys/kernel/panic ] && echo yes || echo no',
      ),
      await both(
        'Paths of /proc and /sys that are hidden or made read-only',
        "grep -cE ' /(proc|sys)/[^ ]+ ' /proc/mounts",
      ),
      await both('File system of its root', "sed -n 's/^[^ ]* \\/ \\([^ ]*\\) .*/\\1/p' /proc/mounts | tail -n 1"),
      await both('Device files', 'ls /dev | wc -l'),
      await both('Names of hosts written for it', "grep -c ' /etc/hosts ' /proc/mounts"),
      await both('Process 1', 'cat /proc/1/comm'),
    ],
  });
});
