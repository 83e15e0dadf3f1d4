import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sax from 'sax';
import { expect, test } from 'vitest';
import { recordSchema } from '../record/record.ts';
import { expectClean, newRuns, verdicts } from './fixtures/command.ts';
import { ownLane } from './fixtures/own-lane.ts';

ownLane();

test.each<[string, readonly string[], RegExp]>([
  ['an unknown option', ['--fast'], /Unknown option '--fast'/],
  ['an unknown claim', ['calm/needs-nothin'], /calm\/needs-nothing/],
  ['an unknown profile', ['--profile', 'slow'], /--profile is "slow"; it can be quick or full/],
  ['a seed that is no number', ['--seed', 'x'], /--seed is "x"; it must be a whole number/],
  ['a shard that does not exist', ['--shard', '3/2'], /--shard is "3\/2"; it must be I\/N/],
  ['a journal that does not exist', ['--resume', '/nonexistent/journal.jsonl'], /no such file/],
  ['claims beside a journal', ['calm', '--resume', 'x'], /name no claims beside it/],
  ['a report where no file can be', ['calm/needs-nothing', '--json', '/nonexistent/record.json'], /--json/],
])('%s is wrong usage: a sentence, status 4, and nothing was begun', async (_, args, sentence) => {
  using runs = newRuns();
  const { exitCode, stdout, stderr } = await runs.verify(args);
  expect(stderr).toMatch(sentence);
  expect(stderr).not.toMatch(/^ {4}at /m);
  expect(exitCode).toBe(4);
  expect(stdout).toBe('');
  expect(readdirSync(runs.folder)).toEqual([]);
});

test('what would run can be listed and planned, and nothing is started for it', async () => {
  using runs = newRuns();
  const list = await runs.verify(['calm', '--list']);
  expect(list.stdout).toMatch(/calm\/needs-guest\n.*A machine says a word.\n.*needs guest/);
  expect(list.exitCode).toBe(0);
  const plan = await runs.verify(['calm', '--plan'], { env: { DOCKER_HOST: 'unix:///nonexistent.sock' } });
  expect(plan.stdout).toMatch(/While set-up goes on, side by side\n {2}calm\/needs-nothing/);
  expect(plan.exitCode).toBe(0);
  expect(readdirSync(runs.folder)).toEqual([]);
});

test('the record, JUnit and Markdown are written where they are wanted, and are what they are called', async () => {
  using runs = newRuns();
  const [json = '', xml = '', text = ''] = ['r.json', 'r.xml', 'r.md'].map((name) => join(runs.folder, name));
  const args = ['calm/needs-nothing', 'faulty/throws', '--json', json, '--junit', xml, '--markdown', text];
  const ended = await runs.verify(args);
  expect(ended.exitCode).toBe(2);
  const record = recordSchema.parse(JSON.parse(readFileSync(json, 'utf8')));
  expect(record).toEqual(await runs.record());
  const tags: string[] = [];
  const parser = sax.parser(true);
  parser.onopentag = ({ name }) => tags.push(name);
  parser.write(readFileSync(xml, 'utf8')).close();
  expect(tags.filter((name) => name === 'testcase').length).toBeGreaterThanOrEqual(2);
  expect(tags.some((name) => name === 'error' || name === 'failure')).toBe(true);
  const markdown = readFileSync(text, 'utf8');
  expect(markdown).toMatch(/needs-nothing.*verified|verified.*needs-nothing/);
  expect(markdown).toContain('throws');
});

test('a second run at once is refused, or waits where it is asked to', async () => {
  using runs = newRuns();
  using others = newRuns();
  const gate = join(runs.folder, 'gate');
  const first = runs.start(['slow/needs-patience'], { env: { BARE_CLAIMS_TEST_GATE: gate } });
  await runs.event(({ type }) => type === 'finding');
  const refused = await others.verify(['calm/needs-nothing']);
  expect(refused.stderr).toMatch(/Another run is under way on this machine \(process \d+\).*--wait/s);
  expect(refused.exitCode).toBe(4);
  expect(readdirSync(others.folder)).toEqual([]);

  const second = others.start(['calm/needs-nothing', '--wait']);
  await second.says('waiting for another run on this machine to end');
  writeFileSync(gate, '');
  expect((await first.ended).exitCode).toBe(0);
  const ended = await second.ended;
  expect(ended.exitCode).toBe(0);
  const record = await others.record();
  expect(verdicts(record)).toEqual({ 'calm/needs-nothing': 'verified' });
  await expectClean(record.run, ended);
});
