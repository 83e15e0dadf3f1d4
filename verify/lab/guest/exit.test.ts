import { expect, test } from 'vitest';
import { describeExit } from './exit.ts';

const shutdown = (reason: string) => [{ event: 'SHUTDOWN', data: { guest: true, reason }, at: 1 }];
const well = { code: 0, signal: null, at: 2 };

test.each([
  ['shutdown', well, shutdown('guest-shutdown'), '', ''],
  ['reset', well, shutdown('guest-reset'), '', ''],
  ['panic', well, shutdown('guest-reset'), '[1.0] Kernel panic - not syncing: sysrq\n', ''],
  ['panic', well, shutdown('guest-panic'), '', ''],
  ['quit', well, shutdown('host-qmp-quit'), '', ''],
  ['killed', { code: null, signal: 'SIGKILL', at: 2 }, [], 'Kernel panic - not syncing', ''],
  ['crash', { code: 1, signal: null, at: 2 }, [], '', 'qemu: no such device'],
] as const)('a VMM that ends so is taken for a %s', (kind, end, events, text, complaints) => {
  expect(describeExit(end, events, text, complaints)).toMatchObject({ kind, at: 2 });
});

test('a crash carries what QEMU said', () => {
  expect(describeExit({ code: 1, signal: null, at: 2 }, [], '', 'no such device').because).toContain('no such device');
});
