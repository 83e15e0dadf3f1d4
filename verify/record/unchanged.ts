import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { UsageError } from '../claim/errors.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const log = 'claims/history.jsonl';

/**
 * What was on file at a commit and is not any more, a sentence each: records are added, never changed or taken away, and
 * the history only grows.
 * @throws UsageError where the clone does not have the commit
 */
export async function changedSince(commit: string, root = project): Promise<string[]> {
  const git = (...words: string[]) =>
    execa('git', ['-c', 'safe.directory=*', ...words], { cwd: root, reject: false, stripFinalNewline: false });
  const listed = await git('diff', '--name-status', '--no-renames', '--diff-filter=a', commit, '--', 'runs/*.json');
  if (listed.exitCode !== 0) {
    throw new UsageError(`The commit "${commit}" is not in this clone: fetch it (actions/checkout: fetch-depth 0).`);
  }
  const records = listed.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => `The record ${line.split('\t')[1] ?? line} was ${line.startsWith('D') ? 'taken away' : 'changed'}.`);
  const before = (await git('show', `${commit}:${log}`)).stdout;
  const now = (await git('show', `HEAD:${log}`)).stdout;
  return now.startsWith(before) ? records : [...records, 'Lines of the history that were published were changed.'];
}
