import type { Need } from '../../claim/claim.ts';
import { installLine } from '../distribution.ts';
import { packageNames } from '../parts.ts';
import type { Diagnosis } from './diagnosis.ts';
import { becomesRoot, type Machine } from './machine.ts';

/** The engine that runs already, and the private one beside it. */
export function diagnoseEngine(machine: Machine): readonly Diagnosis[] {
  return [found(machine), own(machine)].filter((diagnosis) => diagnosis !== null);
}

function found(machine: Machine): Diagnosis | null {
  const { found: engine, failed } = machine.engine;
  const tried = failed.length === 0 ? '' : ` Tried: ${failed.map((line) => line.replace(/\.$/, '')).join('; ')}.`;
  if (engine === null) {
    if (canHavePrivate(machine)) {
      const says = `No container engine runs; a private one is started for each run.${tried}`;
      return { state: 'there', what: 'engine', says, unmet: [], fix: null };
    }
    const fix = failed.some((line) => line.includes('may not open'))
      ? 'sudo usermod -aG docker "$USER", then log in again'
      : machine.platform === 'linux'
        ? null
        : 'Start Docker Desktop, or set DOCKER_HOST.';
    return { state: 'missing', what: 'engine', says: `No container engine answers.${tried}`, unmet: ['engine'], fix };
  }
  const unmet: Need[] = engine.notLocal === null ? [] : ['local-host'];
  const rootless = engine.rootless ? ' It runs without root, so that its networks and limits are not the host’s.' : '';
  return {
    state: engine.notLocal === null && !engine.rootless ? 'there' : 'limited',
    what: 'engine',
    says: `${engine.description}; used and left as it is.${rootless}${engine.notLocal === null ? '' : ` ${engine.notLocal}`}`,
    unmet,
    fix: null,
  };
}

function own(machine: Machine): Diagnosis | null {
  if (machine.platform !== 'linux') return null;
  const part = machine.missing.find(({ id }) => id === 'engine');
  if (part === undefined) return null;
  return {
    state: 'missing',
    what: 'private engine',
    says: `${part.programs.join(', ')}: not all found. ${part.use.slice(0, 1).toUpperCase()}${part.use.slice(1)}.`,
    unmet: ['private-engine'],
    fix: installLine(machine.distribution.family, packageNames(machine.distribution.family, [part])),
  };
}

function canHavePrivate(machine: Machine): boolean {
  const lacking = machine.missing.some(({ serves }) => serves.includes('private-engine'));
  return machine.platform === 'linux' && becomesRoot(machine) && !lacking;
}
