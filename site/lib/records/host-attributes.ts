import type { HostFacts } from '../../../verify/record/record.ts';

/** Facts of a machine that might decide a verdict, by the name under which they are shown. */
export type HostAttributes = Readonly<Record<string, string>>;

/** In the order in which an explanation is the more likely: what a claim may ask for first, versions and size last. */
export function hostAttributes(host: HostFacts): HostAttributes {
  const { engine } = host;
  return {
    'Acceleration of guests': host.accelerator.kind,
    'Control groups': host.cgroup,
    'Security module': host.lsms.find((name) => name === 'apparmor' || name === 'selinux') ?? 'none',
    Architecture: host.architecture,
    'Runs on': host.virtualization,
    'Run as root': host.root ? 'yes' : 'no',
    Engine: engine === null ? 'none' : `${engine.name} ${major(engine.version)}`,
    'Engine of its own': engine?.private === true ? 'yes' : 'no',
    'Container runtime': engine?.runtime ?? 'none',
    'Storage driver': engine?.storageDriver ?? 'none',
    Kernel: major(host.kernel, 2),
    QEMU: major(host.qemu ?? 'none'),
    System: host.os,
    Processors: String(host.cpus),
    'Processor model': host.cpuModel,
  };
}

/** "6.12" of "6.12.41-cloud", "QEMU 10" of "QEMU 10.0.2". */
function major(version: string, parts = 1): string {
  const [, name = '', numbers = ''] = /^(\D*)([\d.]*)/.exec(version) ?? [];
  return name + numbers.split('.').slice(0, parts).join('.');
}
