import { expect, test } from 'vitest';
import { findCommand, isStatic, librariesOf } from './host-binary.ts';

test('a command that nobody has is null', async () => {
  await expect(findCommand('no-such-command-anywhere')).resolves.toBeNull();
});

test.runIf(process.platform === 'linux')(
  'a dynamic program is told from a static one, and its loader is listed',
  async () => {
    const sleep = (await findCommand('sleep')) ?? '';
    await expect(isStatic(sleep)).resolves.toBe(false);
    const libraries = await librariesOf(sleep);
    expect(libraries.some((path) => /\/ld-/.test(path))).toBe(true);
    expect(libraries.every((path) => path.startsWith('/'))).toBe(true);
  },
);
