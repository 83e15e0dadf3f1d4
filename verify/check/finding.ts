import { z } from 'zod';
import type { Claim } from '../claim/catalogue.ts';
import type { FindingSpec } from '../claim/claim.ts';
import { NotHereError } from '../lab/errors.ts';
import type { MeasureContext, Measurement } from '../measure/measurement.ts';
import type { ControlRecord, FindingRecord } from '../record/record.ts';
import { evidenceSchema, type Evidence } from '../verdict/evidence.ts';
import { judgeFinding } from '../verdict/finding.ts';
import { lieAbout } from './sabotage.ts';
import { describeProblem } from './reason.ts';
import type { RunContext } from './run-context.ts';
import { whyRehearsal, whyWithheld } from './withheld.ts';

type Controls = Readonly<Record<string, Measurement>>;

/** How to observe a finding and its controls: the same instrument, under the condition that each control names. */
export interface FindingPlan {
  readonly measure: Measurement;
  readonly controls: Controls & { readonly [id: string]: Measurement };
}

export interface SupportingPlan {
  readonly measure: Measurement;
  readonly controls?: Controls;
}

/** What measuring gave: evidence, or why there is none. A harness error is never an outcome. */
export type Taken =
  | { readonly kind: 'evidence'; readonly evidence: Evidence }
  | { readonly kind: 'not-run'; readonly because: string }
  | { readonly kind: 'broken'; readonly because: string };

export interface FindingSetting {
  readonly claim: Claim;
  readonly context: RunContext;
  readonly measureContext: (name: string) => MeasureContext;
}

/** Runs one finding and returns its record; throws only where the check contradicts its own frontmatter. */
export async function runFinding(
  id: string,
  plan: FindingPlan | SupportingPlan,
  role: FindingSpec['role'],
  setting: FindingSetting,
): Promise<FindingRecord> {
  const spec = declared(setting.claim, id, role, plan);
  const startedAt = performance.now();
  const finish = (record: Omit<FindingRecord, 'id' | 'label' | 'rule' | 'role' | 'durationMs'>): FindingRecord => ({
    id,
    label: spec.label,
    rule: spec.rule,
    role,
    ...record,
    durationMs: performance.now() - startedAt,
  });

  const skipped = whyWithheld(spec, setting.context);
  if (skipped !== null) return finish({ outcome: { kind: 'not-run', because: skipped }, controls: [] });

  const rehearsal = whyRehearsal(spec, setting.context) !== null;
  const measureContext = (name: string): MeasureContext => ({ ...setting.measureContext(name), rehearsal });
  const honest = { subject: plan.measure, controls: plan.controls ?? {} };
  const measured = lieAbout(honest, spec, setting.context.sabotage);
  const { context } = setting;
  const engineSocket = context.engine?.socketPath ?? null;
  const subject = await take(measured.subject, measureContext(id), engineSocket);
  const controls: { id: string; taken: Taken }[] = [];
  for (const [name, measurement] of Object.entries(measured.controls)) {
    // A control of something that could not be observed proves nothing: do not pay for it.
    const taken =
      subject.kind === 'evidence'
        ? await take(measurement, measureContext(`${id}/${name}`), engineSocket)
        : { kind: 'not-run' as const, because: 'the finding itself gave nothing to control' };
    controls.push({ id: name, taken });
  }
  return finish(judge(spec, role, subject, controls, context));
}

function declared(
  claim: Claim,
  id: string,
  role: FindingSpec['role'],
  plan: FindingPlan | SupportingPlan,
): FindingSpec {
  const spec = claim.frontmatter.findings[id];
  if (spec === undefined) {
    throw new Error(`The check of ${claim.id} settles a finding "${id}" that its frontmatter does not declare.`);
  }
  if (spec.role !== role) {
    throw new Error(`Finding "${id}" of ${claim.id} is ${spec.role} in the frontmatter and ${role} in the check.`);
  }
  const [want, have] = [Object.keys(spec.controls).sort(), Object.keys(plan.controls ?? {}).sort()];
  if (want.join() !== have.join()) {
    throw new Error(
      `Finding "${id}" of ${claim.id} declares the controls [${want.join(', ')}] and its check runs [${have.join(', ')}].`,
    );
  }
  return spec;
}

async function take(measurement: Measurement, context: MeasureContext, engineSocket: string | null): Promise<Taken> {
  try {
    const evidence = evidenceSchema.safeParse(await measurement.run(context));
    if (evidence.success) return { kind: 'evidence', evidence: evidence.data };
    // Not a number, say, where a tool printed nothing that could be read as one.
    return {
      kind: 'broken',
      because: `What was measured is no evidence: ${z.prettifyError(evidence.error)}`.slice(0, 1000),
    };
  } catch (error) {
    const because = describeProblem(error, engineSocket);
    return error instanceof NotHereError ? { kind: 'not-run', because } : { kind: 'broken', because };
  }
}

function judge(
  spec: FindingSpec,
  role: FindingSpec['role'],
  subject: Taken,
  controls: readonly { id: string; taken: Taken }[],
  context: RunContext,
): Pick<FindingRecord, 'outcome' | 'evidence' | 'controls'> {
  const judged = judgeFinding({
    rule: spec.rule,
    role,
    subject,
    controls: controls.map(({ id, taken }) => ({ id, must: spec.controls[id]?.must ?? 'fail', taken })),
    context: { floor: context.floor, warnings: context.warnings },
  });
  const records: ControlRecord[] = judged.controls.map((control) => {
    const taken = controls.find(({ id }) => id === control.id)?.taken;
    return {
      id: control.id,
      label: spec.controls[control.id]?.label ?? control.id,
      must: control.must,
      outcome: control.outcome,
      ...(taken?.kind === 'evidence' ? { evidence: taken.evidence } : {}),
    };
  });
  const rehearsal = whyRehearsal(spec, context);
  const outcome =
    rehearsal === null || judged.outcome.kind === 'broken'
      ? judged.outcome
      : {
          kind: 'not-run' as const,
          because: `a rehearsal under emulation, not judged: ${rehearsal}`,
          rehearsal: true,
          ...(judged.outcome.estimate === undefined ? {} : { estimate: judged.outcome.estimate }),
        };
  return { outcome, ...(subject.kind === 'evidence' ? { evidence: subject.evidence } : {}), controls: records };
}
