import type { Meter } from '../lab/meter.ts';

/**
 * The lab, or something that it made, with its asynchronous methods on the meter. What a check does with the engine's
 * client or a server's port by itself is not seen, and counts as the check's own time.
 */
export function metered<T extends object>(thing: T, meter: Meter): T {
  const known = onTheMeter.get(thing);
  if (known !== undefined) return known as T;
  const seen = onMeter(thing, meter);
  onTheMeter.set(thing, seen);
  return seen;
}

/** One for each thing, so that it is the same whenever it is asked for. */
const onTheMeter = new WeakMap<object, object>();

function onMeter<T extends object>(thing: T, meter: Meter): T {
  return new Proxy(thing, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return isSubject(value) || isMade(value) ? metered(value, meter) : value;
      const use = isSubject(target) && key !== Symbol.asyncDispose ? 'work' : 'setUp';
      return (...args: unknown[]): unknown => {
        const result: unknown = Reflect.apply(value, target, args);
        if (!(result instanceof Promise)) return result;
        const end = meter.begin(use);
        return result.finally(end).then((made: unknown) => (isMade(made) ? metered(made, meter) : made));
      };
    },
  });
}

const isSubject = (value: unknown): value is object => isObject(value) && 'exec' in value;
const isMade = (value: unknown): value is object => isObject(value) && Symbol.asyncDispose in value;
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
