import { existsSync, readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, release, totalmem, type as systemType } from 'node:os';
import { execa } from 'execa';
import { cgroupVersion } from '../cgroup/hierarchy.ts';

/** The part of a record's host facts that the machine itself tells. No names, paths or addresses. */
export interface MachineFacts {
  readonly os: string;
  readonly kernel: string;
  readonly architecture: string;
  readonly cpuModel: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly cgroup: 'v1' | 'v2';
  readonly lsms: readonly string[];
  readonly virtualization: string;
  readonly root: boolean;
}

export async function machineFacts(): Promise<MachineFacts> {
  return {
    os: osName(read('/etc/os-release') ?? ''),
    kernel: release(),
    architecture: arch(),
    cpuModel: (cpus()[0]?.model.trim() ?? '') || 'unknown',
    cpus: availableParallelism(),
    memoryBytes: totalmem(),
    cgroup: cgroupVersion(),
    lsms: lsms(),
    virtualization: await virtualization(),
    root: process.getuid?.() === 0,
  };
}

/** PRETTY_NAME of os-release(5). */
export function osName(osRelease: string): string {
  return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(osRelease)?.[1] ?? systemType();
}

/** Security modules that are active, by the kernel's own list where securityfs is mounted. */
function lsms(): string[] {
  const listed = read('/sys/kernel/security/lsm');
  if (listed !== null) return listed.trim().split(',').filter(Boolean);
  const found: string[] = [];
  if (read('/sys/module/apparmor/parameters/enabled')?.startsWith('Y') === true) found.push('apparmor');
  if (existsSync('/sys/fs/selinux/enforce')) found.push('selinux');
  return found;
}

/** As systemd-detect-virt(1) names it; without it, what firmware and CPU give away. */
async function virtualization(): Promise<string> {
  if (process.platform !== 'linux') return 'unknown';
  const { stdout, failed, exitCode } = await execa('systemd-detect-virt', [], { reject: false, timeout: 5_000 });
  // It exits 1 with "none" on bare metal.
  if (!failed || exitCode === 1) return stdout.trim() || 'unknown';
  const inContainer = existsSync('/.dockerenv') || existsSync('/run/.containerenv');
  const product = `${read('/sys/class/dmi/id/sys_vendor') ?? ''} ${read('/sys/class/dmi/id/product_name') ?? ''}`;
  return guessVirtualization(inContainer, product, /^flags\s*:.*\bhypervisor\b/m.test(read('/proc/cpuinfo') ?? ''));
}

const products: readonly (readonly [RegExp, string])[] = [
  [/firecracker/i, 'firecracker'],
  [/qemu|kvm|google compute|amazon ec2|openstack|digitalocean/i, 'kvm'],
  [/vmware/i, 'vmware'],
  [/virtualbox|innotek/i, 'oracle'],
  [/microsoft corporation/i, 'microsoft'],
  [/xen/i, 'xen'],
  [/parallels/i, 'parallels'],
  [/apple virtualization/i, 'apple'],
];

/** Where nothing names the hypervisor but the CPU says that there is one: "vm-other", as systemd has it. */
export function guessVirtualization(inContainer: boolean, product: string, hypervisorFlag: boolean): string {
  if (inContainer) return 'container-other';
  const known = products.find(([pattern]) => pattern.test(product));
  // Microsoft makes machines as well as hypervisors: the flag must agree.
  if (known !== undefined && (hypervisorFlag || known[1] !== 'microsoft')) return known[1];
  if (hypervisorFlag) return 'vm-other';
  return product.trim() === '' ? 'unknown' : 'none';
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
