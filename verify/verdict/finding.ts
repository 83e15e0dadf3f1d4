import type { JudgeContext } from './context.ts';
import { decide } from './decide.ts';
import type { Evidence } from './evidence.ts';
import type { Rule } from './rule.ts';
import type { Outcome } from './verdict.ts';

/** What measuring gave: evidence, or why there is none. A harness error is never an outcome. */
export type Taken =
  | { readonly kind: 'evidence'; readonly evidence: Evidence }
  | { readonly kind: 'not-run'; readonly because: string }
  | { readonly kind: 'broken'; readonly because: string };

export interface ControlTaken {
  readonly id: string;
  readonly must: 'hold' | 'fail';
  readonly taken: Taken;
}

export interface FindingTaken {
  readonly rule: Rule;
  readonly role: 'judged' | 'supporting';
  readonly subject: Taken;
  readonly controls: readonly ControlTaken[];
  readonly context?: JudgeContext;
}

export interface JudgedControl {
  readonly id: string;
  readonly must: 'hold' | 'fail';
  readonly outcome: Outcome;
}

export interface JudgedFinding {
  readonly outcome: Outcome;
  readonly controls: readonly JudgedControl[];
}

/**
 * Decides a finding and its controls. An outcome stands only beside a control that had to come out the other way, and
 * did. A control that came out otherwise than declared, or that failed as a program, makes the finding broken; one that
 * could not be run or stayed undecided, undecided. A supporting finding may do without controls; those it has count.
 */
export function judgeFinding({ rule, role, subject, controls, context = {} }: FindingTaken): JudgedFinding {
  const own = outcomeOf(rule, subject, context);
  // A control's condition is known by construction, so what counts is whether instrument and rule notice it; what the
  // number says of other hardware or of a quiet machine is a question for the finding alone.
  const judged = controls.map(({ id, must, taken }): JudgedControl => ({
    id,
    must,
    outcome: outcomeOf(rule, taken, { ...context, asMeasured: true }),
  }));
  return { outcome: afterControls(own, judged, role), controls: judged };
}

function outcomeOf(rule: Rule, taken: Taken, context: JudgeContext): Outcome {
  return taken.kind === 'evidence' ? decide(rule, taken.evidence, context) : taken;
}

const required = { hold: 'holds', fail: 'fails' } as const;

function afterControls(own: Outcome, controls: readonly JudgedControl[], role: FindingTaken['role']): Outcome {
  if (own.kind === 'broken') return own;
  const keep = own.estimate === undefined ? {} : { estimate: own.estimate };
  for (const { id, must, outcome } of controls) {
    if (outcome.kind === 'broken') {
      return { kind: 'broken', because: `The control "${id}" is broken: ${outcome.because}`, ...keep };
    }
    if ((outcome.kind === 'holds' || outcome.kind === 'fails') && outcome.kind !== required[must]) {
      const came = outcome.kind === 'holds' ? 'held' : 'failed';
      return {
        kind: 'broken',
        because: `The control "${id}" must ${must} and it ${came}: this check cannot tell the two apart.`,
        ...keep,
      };
    }
  }
  if (own.kind !== 'holds' && own.kind !== 'fails') return own;
  for (const { id, outcome } of controls) {
    if (outcome.kind === 'undecided' || outcome.kind === 'not-run') {
      const state = outcome.kind === 'undecided' ? 'stayed undecided' : 'could not be run';
      return { kind: 'undecided', because: `The control "${id}" ${state}: ${outcome.because}`, ...keep };
    }
  }
  const opposite = own.kind === 'holds' ? 'fail' : 'hold';
  if (role === 'supporting' || controls.some(({ must }) => must === opposite)) return own;
  return {
    kind: 'undecided',
    because: `It ${own.kind}, and no control was there that had to ${opposite}, so it could not have come out otherwise.`,
    ...keep,
  };
}
