import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const root = fileURLToPath(new URL('../..', import.meta.url));
const document = join(root, 'docs/dependencies.md');

const names = z.record(z.string(), z.string()).default({});
const manifestSchema = z.object({ dependencies: names, devDependencies: names, optionalDependencies: names });
const lockedSchema = z.object({
  version: z.string().optional(),
  integrity: z.string().optional(),
  resolved: z.string().optional(),
  dependencies: names,
  optionalDependencies: names,
});
export type Locked = z.infer<typeof lockedSchema>;

/** Every package that the project names, with the version that it names. */
export function namedPackages(): ReadonlyMap<string, string> {
  const { dependencies, devDependencies, optionalDependencies } = manifestSchema.parse(json('package.json'));
  return new Map(Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }));
}

/** What the lock file holds: place below the project ("node_modules/a/node_modules/b") -> package. */
export function lockedPackages(): ReadonlyMap<string, Locked> {
  const { packages } = z.object({ packages: z.record(z.string(), lockedSchema) }).parse(json('package-lock.json'));
  return new Map(Object.entries(packages).filter(([place]) => place !== ''));
}

/** Rows of the document's tables: package -> version, size, and the words that stand behind. */
export interface Row {
  readonly name: string;
  readonly version: string;
  readonly size: string;
  readonly words: readonly string[];
}

const rowPattern = /^\| `([^`]+)` *\| *(\S+) *\| *([^|]*?) *\|(.*)\|$/;

export async function documentedPackages(): Promise<Row[]> {
  return (await readFile(document, 'utf8')).split('\n').flatMap((line) => {
    const [, name, version = '', size = '', rest = ''] = rowPattern.exec(line) ?? [];
    return name === undefined ? [] : [{ name, version, size, words: rest.split('|').map((cell) => cell.trim()) }];
  });
}

/** Writes the versions and the measured sizes into docs/dependencies.md; the words there are people's. */
export async function writeSizes(): Promise<void> {
  const [named, locked] = [namedPackages(), lockedPackages()];
  const lines = (await readFile(document, 'utf8')).split('\n').map((line) => {
    const [, name, , , rest] = rowPattern.exec(line) ?? [];
    const version = name === undefined ? undefined : named.get(name);
    if (name === undefined || version === undefined || rest === undefined) return line;
    const own = `node_modules/${name}`;
    const others = broughtAlone(name, [...named.keys()], locked).filter((place) => place !== own);
    const size = `${mebibytes(bytesOf([own]))} + ${mebibytes(bytesOf(others))}`;
    return `| \`${name}\` | ${plainVersion(version)} | ${size} |${rest}|`;
  });
  await writeFile(document, lines.join('\n'));
}

/** `npm:typescript@7.0.2` names a package by another name. */
export const plainVersion = (version: string): string => version.replace(/^npm:.*@/, '');

/** The places of all that would go with the package: none where others need it too. */
function broughtAlone(name: string, all: readonly string[], locked: ReadonlyMap<string, Locked>): string[] {
  const without = reach(
    all.filter((other) => other !== name),
    locked,
  );
  return [...reach([name], locked)].filter((place) => !without.has(place));
}

function reach(from: readonly string[], locked: ReadonlyMap<string, Locked>): Set<string> {
  const reached = new Set<string>();
  const open = from.map((name) => `node_modules/${name}`);
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const found = locked.get(place);
    if (found === undefined || reached.has(place)) continue;
    reached.add(place);
    // Not peers: these are named for their own sake.
    for (const name of Object.keys({ ...found.dependencies, ...found.optionalDependencies })) {
      const at = resolved(name, place, locked);
      if (at !== null) open.push(at);
    }
  }
  return reached;
}

/** As Node looks for it: beside the package's own, then further out. */
function resolved(name: string, from: string, locked: ReadonlyMap<string, Locked>): string | null {
  for (let place = from; ; place = place.slice(0, place.lastIndexOf('/node_modules/'))) {
    if (locked.has(`${place}/node_modules/${name}`)) return `${place}/node_modules/${name}`;
    if (!place.includes('/node_modules/')) return locked.has(`node_modules/${name}`) ? `node_modules/${name}` : null;
  }
}

/** Files of the packages themselves; packages that lie inside them count by themselves. */
function bytesOf(places: readonly string[]): number {
  return places.reduce((sum, place) => sum + (existsSync(join(root, place)) ? folderBytes(join(root, place)) : 0), 0);
}

function folderBytes(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += entry.name === 'node_modules' ? 0 : folderBytes(path);
    else if (entry.isFile()) bytes += statSync(path).size;
  }
  return bytes;
}

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);

function json(file: string): unknown {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}
