import { expect, test } from 'vitest';
import { machineClass } from './history.ts';

test.each([
  [{}, 'any machine'],
  [{ acceleration: 'emulated' }, 'guests emulated'],
  [{ acceleration: 'hardware', cgroup: 'v2' }, 'guests accelerated, cgroup v2'],
  [{ acceleration: 'none', lsm: 'none', engine: 'private' }, 'no guests, no AppArmor or SELinux, private engine'],
  [{ lsm: 'apparmor', engine: 'none' }, 'apparmor, no engine'],
] as const)('the class %j reads as "%s"', (on, words) => {
  expect(machineClass(on)).toBe(words);
});
