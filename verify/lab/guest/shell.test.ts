import { execa } from 'execa';
import { expect, test } from 'vitest';
import { quoted, scriptFor } from './shell.ts';

test.each([`plain`, `it's`, `$HOME \`id\` "x"`, `line\nbreak`, ``, `'`, `\\`])(
  'the shell hands %j on unchanged',
  async (word) => {
    const { stdout } = await execa('sh', ['-c', `printf %s ${quoted(word)}`], { stripFinalNewline: false });
    expect(stdout).toBe(word);
  },
);

test('environment and folder are set before the command runs', async () => {
  const script = scriptFor(['sh', '-c', 'echo "$PWD $WORD"'], { cwd: '/', env: { WORD: "a 'b'" } });
  await expect(execa('sh', ['-c', script])).resolves.toMatchObject({ stdout: "/ a 'b'" });
});

test('a folder that is not there is a failure and not a command run elsewhere', async () => {
  const result = await execa('sh', ['-c', scriptFor(['echo', 'ran'], { cwd: '/no/such/folder' })], { reject: false });
  expect(result).toMatchObject({ exitCode: 126, stdout: '' });
});
