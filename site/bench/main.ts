import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBare, buildOurs, buildVitePress } from './contenders.ts';
import { generate } from './generate.ts';
import type { Cost } from './measured-build.ts';

/** Four times the content may take at most so much more than four times as long. */
const linearWithin = 1.25;
const mostTimesBare = 1.5;
const mostMemoryMiB = 3 * 1024;

/** `npm run bench -- site [claims]`: builds of generated content, in turns with others'. Exit status 1 where a target was missed. */
async function main([most = '2000']: readonly string[]): Promise<number> {
  const claims = Number(most);
  const folder = await mkdtemp(join(tmpdir(), 'bare-claims-bench-'));
  const missed: string[] = [];
  try {
    const small = await generate(join(folder, 'small'), { claims: claims / 4, records: claims / 8 });
    const large = await generate(join(folder, 'large'), { claims, records: claims / 2 });
    const quarter = await say(`ours, ${String(claims / 4)} claims, ${String(claims / 8)} records`, buildOurs(small));
    const ours = await say(`ours, ${most} claims, ${String(claims / 2)} records`, buildOurs(large));
    const bare = await say(`astro, ${most} bare MDX files`, buildBare(large));
    const vitepress = await say(`VitePress, ${most} Markdown files`, buildVitePress(large));
    const rows: readonly (readonly [string, number, number])[] = [
      ['memory, MiB', ours.memoryMiB, mostMemoryMiB],
      [
        'four times the content, times a quarter of the processor time',
        ours.cpuSeconds / quarter.cpuSeconds / 4,
        linearWithin,
      ],
      ['processor time, times that of the bare MDX files', ours.cpuSeconds / bare.cpuSeconds, mostTimesBare],
      ...(typeof vitepress === 'string'
        ? []
        : ([['processor time, times that of VitePress', ours.cpuSeconds / vitepress.cpuSeconds, 1]] as const)),
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
