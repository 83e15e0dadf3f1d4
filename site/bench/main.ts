import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBare, buildOurs, buildVitePress } from './contenders.ts';
import { generate } from './generate.ts';
import type { Cost } from './measured-build.ts';

/** Four times the content may take so much more than four times as long: linear, with room for noise. */
const linearWithin = 1.25;
const mostTimesBare = 1.5;
const mostMemoryMiB = 3 * 1024;

/** What, how much of it, and the most that it may be. */
type Row = readonly [what: string, value: number, limit: number];

/** `npm run bench -- site [claims]`: builds of generated content, in turns with others'. Exit status 1 where a target was missed. */
async function main([most = '2000']: readonly string[]): Promise<number> {
  const claims = Number(most);
  const folder = await mkdtemp(join(tmpdir(), 'bare-claims-bench-'));
  const missed: string[] = [];
  try {
    const small = await generate(join(folder, 'small'), { claims: claims / 4, records: claims / 8 });
    const large = await generate(join(folder, 'large'), { claims, records: claims / 2 });
    const kept = join(folder, 'pictures');
    const words = `${most} claims, ${String(claims / 2)} records`;
    const quarter = await say(
      `ours, ${String(claims / 4)} claims, ${String(claims / 8)} records`,
      buildOurs(small, join(folder, 'few-pictures')),
    );
    const ours = await say(`ours, ${words}`, buildOurs(large, kept));
    const again = await say(`ours, ${words}, pictures drawn before`, buildOurs(large, kept));
    const bare = await say(`astro, ${most} bare MDX files`, buildBare(large));
    const vitepress = await say(`VitePress, ${most} Markdown files`, buildVitePress(large));
    const against = (what: string, other: Cost, limit: number): Row[] => [
      [`processor time, times ${what}`, ours.cpuSeconds / other.cpuSeconds, limit],
      [`the same, pictures drawn before`, again.cpuSeconds / other.cpuSeconds, limit],
    ];
    const rows: readonly Row[] = [
      ['memory, MiB', ours.memoryMiB, mostMemoryMiB],
      [
        'processor time for four times the content, times four times that for a quarter',
        ours.cpuSeconds / (4 * quarter.cpuSeconds),
        linearWithin,
      ],
      ...against('that of the bare MDX files', bare, mostTimesBare),
      ...(typeof vitepress === 'string' ? [] : against('that of VitePress', vitepress, 1)),
    ];
    for (const [what, value, limit] of rows) {
      const met = value <= limit;
      process.stdout.write(`${met ? 'met   ' : 'missed'} ${what}: ${value.toFixed(2)}, at most ${limit.toFixed(2)}\n`);
      if (!met) missed.push(what);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return missed.length === 0 ? 0 : 1;
}

async function say<Of extends Cost | string>(what: string, cost: Promise<Of>): Promise<Of> {
  const of = await cost;
  const words =
    typeof of === 'string'
      ? of
      : `${of.cpuSeconds.toFixed(1)} s of processor time, ${of.seconds.toFixed(1)} s, ${of.memoryMiB.toFixed(0)} MiB`;
  process.stdout.write(`${what}: ${words}\n`);
  return of;
}

process.exitCode = await main(process.argv.slice(2));
