import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { LabError, NotHereError } from '../lab/errors.ts';
import { imageFiles } from '../lab/guest/image.ts';
import { vmmFolder } from '../lab/guest/vmm-folder.ts';
import { unprivilegedUid, setprivOptions } from '../lab/guest/vmm.ts';
import { runVariable } from '../lab/host/subject.ts';
import { hostTool } from '../lab/host/tool.ts';
import { cacheRoot } from '../lab/places.ts';

/** What a manager was told and said. */
export interface Told {
  /** Null: it did what it was told. */
  readonly refused: string | null;
  readonly stdout: string;
}

/**
 * libvirt as an ordinary user's manager of virtual machines (`qemu:///session`); with its machines, in process and
 * network namespaces that end with it.
 */
export interface MachineManager extends AsyncDisposable {
  /** Where another manager, or a client, reaches it. */
  readonly uri: string;
  /** Where it takes machines in. */
  readonly wayIn: string;
  virsh(...words: readonly string[]): Promise<Told>;
  /** As a power failure of the host and its next boot: all machines are gone, what was defined is known. */
  powerCycle(): Promise<void>;
}

/** Files that machines of all managers of one folder are made of. */
export interface MachineFiles {
  /** libvirt's description (domain XML) of a machine that counts on its console once it is up. */
  definition(name: string): Promise<string>;
  /** What the machine last said: how far it has counted, and how much memory it has. Null before its first word. */
  said(name: string): Promise<{ readonly count: number; readonly memoryKiB: number } | null>;
}

const memoryMiB = 192;

/** The guest's only program: drivers, then a number and the memory, five times a second. */
const counting = [
  'mount -t devtmpfs dev /dev; mount -t proc proc /proc; mount -t sysfs sys /sys',
  'while read -r m; do insmod /lib/lab/modules/$m; done < /lib/lab/modules/order',
  'i=0; while :; do i=$((i+1)); echo count $i $(grep MemTotal /proc/meminfo); sleep 0.2; done',
].join('; ');

const owned = async (path: string): Promise<void> => {
  await chown(path, unprivilegedUid, unprivilegedUid);
};

const needsRoot = (): void => {
  if (process.getuid?.() !== 0 || process.platform !== 'linux') {
    throw new NotHereError(
      'A manager of virtual machines in namespaces of its own needs root on Linux; run with sudo.',
    );
  }
};

export interface MachineFilesOptions {
  /** A folder that anybody may pass through. */
  readonly folder: string;
  /** Whether machines run without hardware acceleration; as everywhere in a run, so that figures bear the right label. */
  readonly emulated: boolean;
}

export async function machineFiles({ folder, emulated }: MachineFilesOptions): Promise<MachineFiles> {
  needsRoot();
  const { kernel, initialPath } = await imageFiles('bare', { cacheRoot: cacheRoot() });
  const own = (name: string): string => join(folder, name);
  await copyFile(kernel.imagePath, own('kernel'));
  await copyFile(initialPath, own('initial'));
  await chmod(own('kernel'), 0o644);
  await chmod(own('initial'), 0o644);
  const arm = process.arch === 'arm64';
  const [architecture, machine, serial] = arm ? ['aarch64', 'virt', 'ttyAMA0'] : ['x86_64', 'q35', 'ttyS0'];
  const emulator = await hostTool(`qemu-system-${architecture}`, arm ? 'qemu-system-arm' : 'qemu-system-x86');
  return {
    definition: async (name) => {
      await execa('qemu-img', ['create', '-q', '-f', 'qcow2', own(`${name}.qcow2`), '16M']);
      await writeFile(own(`${name}.console`), '');
      await owned(own(`${name}.qcow2`));
      await owned(own(`${name}.console`));
      const line = `console=${serial} quiet panic=-1${arm ? '' : ' reboot=t no_timer_check'} rdinit=/bin/sh -- -c "${counting}"`;
      const path = own(`${name}.xml`);
      await writeFile(
        path,
        `<domain type='${emulated ? 'qemu' : 'kvm'}'><name>${name}</name><memory unit='MiB'>${String(memoryMiB)}</memory><vcpu>1</vcpu>
${emulated ? '' : "<cpu mode='host-passthrough'/>"}
<os><type arch='${architecture}' machine='${machine}'>hvm</type><kernel>${own('kernel')}</kernel>
<initrd>${own('initial')}</initrd><cmdline>${line.replaceAll('<', '&lt;')}</cmdline></os>
<devices><emulator>${emulator}</emulator>
<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='${own(`${name}.qcow2`)}'/>
<target dev='vda' bus='virtio'/></disk>
<serial type='file'><source path='${own(`${name}.console`)}' append='on'/></serial>
<memballoon model='virtio'/></devices></domain>`,
      );
      return path;
    },
    said: async (name) => {
      const lines = (await readFile(own(`${name}.console`), 'utf8')).matchAll(/^count (\d+) MemTotal: +(\d+) kB/gm);
      const last = [...lines].at(-1);
      return last === undefined ? null : { count: Number(last[1]), memoryKiB: Number(last[2]) };
    },
  };
}

export interface MachineManagerOptions {
  readonly runId: string;
  /** Its machines will run without hardware acceleration. */
  readonly emulated: boolean;
}

/** @throws NotHereError where libvirt is missing, namespaces cannot be made or only root may use the accelerator */
export async function startMachineManager({ runId, emulated }: MachineManagerOptions): Promise<MachineManager> {
  needsRoot();
  const user = await setprivOptions(emulated ? 'tcg' : 'kvm');
  if (user.length === 0) {
    throw new NotHereError(
      'Only root may open /dev/kvm here, and the manager of virtual machines runs as an ordinary user; give the ' +
        "device's group the right to read and write it (chmod g+rw /dev/kvm).",
    );
  }
  const [daemon, client] = [await hostTool('libvirtd', 'libvirt-daemon'), await hostTool('virsh', 'libvirt-clients')];
  // Not where machines are: paths of sockets are too long there.
  const folder = await vmmFolder();
  const own = folder.path;
  const places = { HOME: 'home', XDG_RUNTIME_DIR: 'run', XDG_CONFIG_HOME: 'config', XDG_CACHE_HOME: 'cache' };
  for (const place of [...Object.values(places), 'config/libvirt']) {
    await mkdir(join(own, place), { recursive: true, mode: 0o700 });
    await owned(join(own, place));
  }
  // Otherwise another daemon would be started to keep what machines print.
  await writeFile(join(own, 'config/libvirt/qemu.conf'), 'stdio_handler = "file"\n');
  // Two managers of one host would refuse to hand a machine over to each other.
  const config = join(own, 'libvirtd.conf');
  await writeFile(config, `host_uuid = "${randomUUID()}"\nunix_sock_dir = "${join(own, 'run')}"\n`);
  const socket = join(own, 'run/libvirt-sock');
  const uri = `qemu+unix:///session?socket=${socket}`;
  const asItsUser = [
    ...['setpriv', ...user, '--'],
    ...['env', '-i', `PATH=${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, 'LC_ALL=C'],
    ...Object.entries(places).map(([name, place]) => `${name}=${join(own, place)}`),
  ];
  const virsh: MachineManager['virsh'] = async (...words) => {
    const [file = '', ...rest] = [...asItsUser, client, '-q', '-c', uri, ...words];
    const { exitCode, stdout, stderr } = await execa(file, rest, { reject: false, timeout: 60_000 });
    return { refused: exitCode === 0 ? null : stderr.trim(), stdout };
  };
  const launch = async () => {
    // The shell takes in what its machines leave as they end, and ends with what began it: then all of them end. It
    // stays root's, because who changes user is no longer told of its parent's end (prctl(2), PR_SET_PDEATHSIG).
    const words = ['--net', '--pid', '--fork', '--kill-child', '--mount-proc', '--', 'sh', '-c', '"$@" & wait', 'sh'];
    const child = spawn('unshare', [...words, ...asItsUser, daemon, '-f', config], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env['PATH'], [runVariable]: runId },
    });
    let complaints = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints = (complaints + text).slice(-2000)));
    const ended = once(child, 'close');
    const stop = async (): Promise<void> => {
      child.kill('SIGKILL');
      await ended;
    };
    const deadline = performance.now() + 20_000;
    for (;;) {
      const { refused } = await virsh('uri');
      if (refused === null) return stop;
      if (child.exitCode === null && performance.now() < deadline) continue;
      await stop();
      throw new LabError(`The manager of virtual machines does not answer: ${refused}\n${complaints}`);
    }
  };
  let stop = await launch();
  return {
    uri,
    wayIn: `unix://${join(own, 'way')}`,
    virsh,
    powerCycle: async () => {
      await stop();
      // A boot finds it empty (XDG Base Directory Specification), and by that a manager knows that there was one.
      await rm(join(own, 'run'), { recursive: true });
      await mkdir(join(own, 'run'), { mode: 0o700 });
      await owned(join(own, 'run'));
      stop = await launch();
    },
    [Symbol.asyncDispose]: async () => {
      await stop();
      await folder[Symbol.asyncDispose]();
    },
  };
}
