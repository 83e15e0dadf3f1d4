import { expect, test } from 'vitest';
import { diagnoseAcceleration } from './acceleration.ts';
import type { Machine } from './machine.ts';
import { unmetRequirements } from './requirements.ts';

const machine: Machine = {
  platform: 'linux',
  architecture: 'x64',
  distribution: { family: 'debian', name: 'Debian' },
  nodeVersion: '24.0.0',
  root: 'root',
  inContainer: false,
  wsl: false,
  engine: { found: null, failed: [] },
  missing: [],
  aptLists: true,
  kvm: 'opens',
  acceleration: null,
  lsms: [],
  availableMemoryBytes: 8e9,
  freeDiskBytes: 8e9,
  leftPolicy: false,
};

test.each<[what: string, changes: Partial<Machine>, sentence: RegExp | null]>([
  ['a guest ran under it', { acceleration: { usable: true, because: 'a guest reached its init' } }, null],
  [
    'the device opens and the guest hung',
    { acceleration: { usable: false, because: 'the boot did not end' } },
    /^Required and not in use here: acceleration\. The boot did not end\. Guests are emulated/,
  ],
  ['the device opens and nothing was tried', {}, /whether a guest runs under it shows when one is booted/],
  ['there is no device', { kvm: 'absent' }, /There is no \/dev\/kvm/],
  ['the device may not be opened', { kvm: 'denied', root: 'none' }, /this user may not open it/],
])('acceleration is required, and %s', (_, changes, sentence) => {
  const unmet = unmetRequirements(['acceleration'], [diagnoseAcceleration({ ...machine, ...changes })]);
  expect(unmet).toEqual(sentence === null ? [] : [expect.stringMatching(sentence)]);
});

test('what is not required is not asked for', () => {
  expect(unmetRequirements([], [diagnoseAcceleration({ ...machine, kvm: 'absent' })])).toEqual([]);
});
