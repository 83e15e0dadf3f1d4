import type { Verdict } from '../../../verify/verdict/verdict.ts';
import { decides } from './current.ts';
import type { HostAttributes } from './host-attributes.ts';

/** What one machine said of a claim. */
export interface Said {
  readonly verdict: Verdict;
  readonly host: HostAttributes;
}

/** A fact of the machine that separates the verdicts: each of its values came with one verdict only. */
export interface Splitting {
  readonly attribute: string;
  /** By verdict, then by value. */
  readonly values: readonly { readonly value: string; readonly verdict: Verdict; readonly machines: number }[];
}

/** Of thousands of claims on one machine each asks for the same key. */
const keys = new WeakMap<HostAttributes, string>();

function keyOf(host: HostAttributes): string {
  const key = keys.get(host) ?? JSON.stringify(host);
  keys.set(host, key);
  return key;
}

/** One for each machine, by all its facts: the first that was said counts, so the newest is to come first. */
function byMachine(said: readonly Said[]): readonly Said[] {
  const machines = new Map<string, Said>();
  for (const one of said) {
    if (!decides(one.verdict)) continue;
    const key = keyOf(one.host);
    if (!machines.has(key)) machines.set(key, one);
  }
  return [...machines.values()];
}

/**
 * The facts that separate the verdicts of these machines without exception; none where all agree, or where no single
 * fact does. A fact with few values that each stand for many machines says more than one that differs everywhere, so
 * it comes first; among equals the order of the facts stays. That it separates does not make it the cause.
 */
export function splittingAttributes(said: readonly Said[]): readonly Splitting[] {
  const machines = byMachine(said);
  if (new Set(machines.map(({ verdict }) => verdict)).size < 2) return [];
  const attributes = [...new Set(machines.flatMap(({ host }) => Object.keys(host)))];
  return attributes
    .flatMap((attribute) => splitBy(attribute, machines) ?? [])
    .sort((a, b) => a.values.length - b.values.length);
}

function splitBy(attribute: string, machines: readonly Said[]): Splitting | undefined {
  const values = new Map<string, { verdict: Verdict; machines: number }>();
  for (const { verdict, host } of machines) {
    const value = host[attribute];
    // A machine that does not tell could be on either side.
    if (value === undefined) return undefined;
    const known = values.get(value);
    if (known !== undefined && known.verdict !== verdict) return undefined;
    values.set(value, { verdict, machines: (known?.machines ?? 0) + 1 });
  }
  const rows = [...values].map(([value, rest]) => ({ value, ...rest }));
  return { attribute, values: rows.sort((a, b) => compare(a.verdict, b.verdict) || compare(a.value, b.value)) };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
