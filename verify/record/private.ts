import { homedir, hostname, networkInterfaces, userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { RunRecord } from './record.ts';

/** A word that names somebody or some machine, and what to put in its place. */
export interface PrivateWord {
  readonly what: 'host name' | 'user name' | 'path' | 'address';
  readonly word: string;
}

/** Where a private word stands in a record: "claims.startup/quick.log". */
export interface Sighting extends PrivateWord {
  readonly where: string;
  /** Free text, which decides nothing: it may be taken out. Else it is part of what was observed. */
  readonly removable: boolean;
}

/** Names that are everybody's. */
const common = new Set(['localhost', 'root', 'runner', 'user', 'docker', 'debian', 'ubuntu', 'fedora', 'node', 'host']);

/** What names this machine and the one who is logged in. Bridges of engines have the same addresses everywhere. */
export function wordsOfThisMachine(): PrivateWord[] {
  const project = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
  const names: PrivateWord[] = [
    ...[hostname(), hostname().split('.')[0] ?? ''].map((word) => ({ what: 'host name' as const, word })),
    ...[userInfo().username, process.env['SUDO_USER'] ?? ''].map((word) => ({ what: 'user name' as const, word })),
  ];
  const paths = [project, homedir()].map((word) => ({ what: 'path' as const, word }));
  const addresses = Object.entries(networkInterfaces())
    .filter(([name]) => !/^(docker|br-|veth|virbr|podman|cni|bare)/.test(name))
    .flatMap(([, all = []]) => all.filter(({ internal }) => !internal).flatMap(({ address, mac }) => [address, mac]))
    .map((word) => ({ what: 'address' as const, word }));
  const known = [
    ...names.filter(({ word }) => word.length > 2 && !common.has(word.toLowerCase())),
    ...paths.filter(({ word }) => word.length > 1 && word !== '/root'),
    ...addresses.filter(({ word }) => word !== '00:00:00:00:00:00'),
  ];
  return [...new Map(known.map((one) => [one.word, one])).values()];
}

/** A home folder names its owner, on whatever machine. */
const homes = /\/(?:home|Users)\/[^\s/:"'`,;)\]}]+/g;

/** Every place of the record where such a word stands. Pure. */
export function privateSightings(record: RunRecord, words: readonly PrivateWord[]): Sighting[] {
  const found: Sighting[] = [];
  eachText(record, (text, path) => {
    const inHomes = [...new Set(text.match(homes))].map((word): PrivateWord => ({ what: 'path', word }));
    for (const { what, word } of [...words.filter((one) => pattern(one).test(text)), ...inHomes]) {
      found.push({ what, word, where: where(record, path), removable: isFree(path) });
    }
    return text;
  });
  return found;
}

/** The record with such words taken out of its free texts. Pure. */
export function withoutPrivate(record: RunRecord, words: readonly PrivateWord[]): RunRecord {
  // Longest first: a path may hold a name.
  const sorted = [...words].sort((a, b) => b.word.length - a.word.length);
  return eachText(record, (text, path) =>
    isFree(path)
      ? sorted.reduce((rest, one) => rest.replaceAll(pattern(one), `(${one.what})`), text.replaceAll(homes, '(path)'))
      : text,
  );
}

/** The word by itself, and not as part of a longer one; a path with what may follow it. */
function pattern({ what, word }: PrivateWord): RegExp {
  const literal = word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const flags = what === 'address' || what === 'host name' ? 'gi' : 'g';
  return new RegExp(`(?<![\\w.-])${literal}(?![\\w-])`, flags);
}

type Path = readonly (string | number)[];

/** Reasons, summaries and logs. */
const isFree = (path: Path): boolean => {
  const field = path.at(-1);
  return field === 'log' || field === 'because' || field === 'summary';
};

/** Applies a function to every text of a record, keys left out. */
function eachText(record: RunRecord, change: (text: string, path: Path) => string): RunRecord {
  const visit = (value: unknown, path: Path): unknown => {
    if (typeof value === 'string') return change(value, path);
    if (Array.isArray(value)) return value.map((item, index) => visit(item, [...path, index]));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, visit(item, [...path, key])]));
  };
  return visit(record, []) as RunRecord;
}

/** Claims by their names, not by their places. */
function where(record: RunRecord, [first, second, ...rest]: Path): string {
  const claim = first === 'claims' && typeof second === 'number' ? record.claims[second]?.id : undefined;
  return [first, claim ?? second, ...rest].filter((part) => part !== undefined).join('.');
}
