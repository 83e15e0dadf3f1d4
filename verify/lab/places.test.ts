import { readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cacheRoot, ours, ownGroup, runRoot, scratchRoot } from './places.ts';

const runId = '20260101T000000Z-00000001';
const chosen = process.env['BARE_CLAIMS_CACHE'];
beforeEach(() => {
  process.env['BARE_CLAIMS_CACHE'] = join(tmpdir(), 'a-cache');
});
afterEach(() => {
  if (chosen === undefined) delete process.env['BARE_CLAIMS_CACHE'];
  else process.env['BARE_CLAIMS_CACHE'] = chosen;
});

test('what lies below a root of ours may go', () => {
  for (const path of [scratchRoot(runId), runRoot(runId), join(cacheRoot(), 'engine')]) expect(ours(path)).toBe(path);
});

test.each(['/', '/etc', '/var/lib/docker', '/home/somebody', 'relative'])('%s may not', (path) => {
  expect(() => ours(path)).toThrow(`Refused to touch ${path}: it is not below`);
});

test('neither may a root itself, nor what only begins like one, nor what leads out of it', () => {
  for (const path of [cacheRoot(), `${cacheRoot()}-of-others/x`, join(cacheRoot(), 'scratch') + '/../../x']) {
    expect(() => ours(path)).toThrow(/Refused to touch/);
  }
});

test.each(['docker/x', 'bare-claims', 'bare-claims/../system.slice', '/', ''])(
  'the control group "%s" may not go',
  (group) => {
    expect(() => ownGroup(group)).toThrow(/Refused to touch the control group/);
  },
);

/** Those that may name such a place themselves, each with the reason. */
const exceptions: Readonly<Record<string, string>> = {
  'lab/places.ts': 'names them for all others',
  'lab/host/run-owner.ts': 'looks for runs of other users, in their places',
  'lab/guest/bootable-disk.ts': 'labels a disk that only a guest sees',
  'lab/rootfs/bare-tree.ts': 'names a system inside containers and guests',
  'record/test-result.ts': 'names the project, not a place',
  'lab/guest/find.ts': 'takes names apart',
  'lab/guest/vmm-folder.ts': "a socket for QEMU's state, whose path must be short and passable",
  'setup/apt/guard.ts': 'a report of one installation, before any run',
  'setup/doctor/collect.ts': 'looks for what an earlier installation left',
  'setup/teardown/cached-files.ts': 'removes caches of earlier versions',
};

test('no other file makes up a place or a name of its own on the machine', () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const files = ['lab', 'check', 'measure', 'workload', 'run', 'record', 'setup'].flatMap((part) =>
    readdirSync(join(root, part), { recursive: true, encoding: 'utf8' }).map((file) => `${part}/${file}`),
  );
  const sources = files.filter((file) => file.endsWith('.ts') && !/\.(test|d)\.ts$|fixture\.ts$/.test(file));
  expect(sources.length).toBeGreaterThan(100);
  const makers = sources.filter((file) =>
    // Made-up names on the machine, and folders for temporary files. What is printed for people has another form.
    /[`'](\/\S*\/)?bare-claims[-/`']|\btmpdir\(\)/.test(
      readFileSync(join(root, file), 'utf8').replace(/^\s*(\/?\*|\/\/).*$/gm, ''),
    ),
  );
  expect(makers.filter((file) => !(file in exceptions))).toEqual([]);
});
