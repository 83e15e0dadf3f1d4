import type { QmpEvent } from './qmp.ts';
import type { GuestExit } from './types.ts';

const panicked = /Kernel panic - not syncing/;

/** What a VMM's end means, from its exit status, its last events and the guest's console. */
export function describeExit(
  end: { readonly code: number | null; readonly signal: string | null; readonly at: number },
  events: readonly QmpEvent[],
  consoleText: string,
  complaints: string,
): GuestExit {
  const { at } = end;
  const reason = events.findLast(({ event }) => event === 'SHUTDOWN')?.data['reason'];
  const says = typeof reason === 'string' ? `QEMU says ${reason}` : `QEMU ended with status ${String(end.code)}`;
  if (end.signal !== null) return { kind: 'killed', because: `QEMU was ended by ${end.signal}`, at };
  if (panicked.test(consoleText) || reason === 'guest-panic') {
    const line = consoleText.split('\n').find((text) => panicked.test(text)) ?? 'the kernel panicked';
    return { kind: 'panic', because: `${line.trim()} (${says})`, at };
  }
  if (end.code !== 0) {
    return { kind: 'crash', because: `QEMU failed with status ${String(end.code)}: ${complaints.trim()}`, at };
  }
  switch (reason) {
    case 'guest-shutdown':
      return { kind: 'shutdown', because: says, at };
    case 'guest-reset':
      return { kind: 'reset', because: says, at };
    case 'host-signal':
      return { kind: 'killed', because: says, at };
    default:
      return { kind: 'quit', because: says, at };
  }
}
