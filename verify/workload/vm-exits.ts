import { NotHereError } from '../lab/errors.ts';
import type { Subject } from '../lab/subject.ts';

/**
 * How often guests of this machine have given control back to the hypervisor, as KVM counts it (kernel documentation,
 * virt/kvm; debugfs). All guests' together. @throws NotHereError where the host does not say: another hypervisor, no root
 */
export async function virtualMachineExits(host: Subject): Promise<number> {
  const { stdout } = await host.exec(['cat', '/sys/kernel/debug/kvm/exits'], { reject: false });
  const exits = Number(stdout.trim());
  if (stdout.trim() === '' || !Number.isInteger(exits)) {
    throw new NotHereError('This host does not say how often guests return to the hypervisor (debugfs, kvm/exits).');
  }
  return exits;
}
