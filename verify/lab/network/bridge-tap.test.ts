import { expect, test } from 'vitest';
import { highAddress } from './bridge-tap.ts';

test.each([
  ['10.7.0.0/20', /^10\.7\.15\.(?:[1-9]|\d\d|1\d\d|2[0-4]\d|25[0-4])\/20$/],
  ['172.17.0.0/16', /^172\.17\.255\.\d+\/16$/],
  ['192.168.4.0/22', /^192\.168\.7\.\d+\/22$/],
])('in %s a guest has an address at the end, and never the last', (subnet, expected) => {
  for (let i = 0; i < 300; i += 1) {
    const address = highAddress(subnet);
    expect(address).toMatch(expected);
    expect(address).not.toMatch(/\.(?:0|255)\//);
  }
});

test.each(['192.168.4.0/23', '', 'fd00::/64'])('a bridge with the subnet "%s" has no room for a guest', (subnet) => {
  expect(() => highAddress(subnet)).toThrow('a /22 or wider');
});
