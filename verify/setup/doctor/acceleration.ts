import type { Diagnosis } from './diagnosis.ts';
import { becomesRoot, type Machine } from './machine.ts';

const what = 'acceleration';

/** Whether guests run on the processor itself; a device that opens is not proof, only a boot is. */
export function diagnoseAcceleration(machine: Machine): Diagnosis {
  const { platform, kvm, acceleration, wsl } = machine;
  if (acceleration?.usable === true) {
    return { state: 'there', what, says: sentence(acceleration.because), unmet: [], fix: null };
  }
  const emulated = 'Guests are emulated: their times are upper bounds and decide less.';
  if (platform === 'linux' && kvm === 'denied' && !becomesRoot(machine)) {
    return {
      state: 'missing',
      what,
      says: `/dev/kvm is there and this user may not open it. ${emulated}`,
      unmet: ['acceleration'],
      fix: 'sudo usermod -aG kvm "$USER", then log in again',
    };
  }
  if (platform === 'linux' && kvm === 'absent') {
    return {
      state: 'missing',
      what,
      says: `There is no /dev/kvm. ${emulated}`,
      unmet: ['acceleration'],
      fix: wsl
        ? 'Set nestedVirtualization=true under [wsl2] in %UserProfile%\\.wslconfig, then wsl --shutdown'
        : 'Switch on virtualization in the firmware or, in a virtual machine, nesting in its hypervisor; then modprobe kvm',
    };
  }
  if (acceleration !== null) {
    const says = `${sentence(acceleration.because)} ${emulated}`;
    return {
      state: 'missing',
      what,
      says,
      unmet: ['acceleration'],
      fix: 'Run where guests are not nested in another guest.',
    };
  }
  const device =
    platform === 'linux'
      ? `/dev/kvm ${kvm === 'opens' ? 'opens' : 'opens for root'}`
      : 'The hypervisor of this system may serve';
  return {
    state: 'limited',
    what,
    says: `${device}; whether a guest runs under it shows when one is booted: a run does that, or npm run doctor -- --probe.`,
    unmet: [],
    fix: null,
  };
}

const sentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1).replace(/\.+$/, '')}.`;
