import { boundOf } from '../verdict/bound.ts';
import type { Sample, Series } from '../verdict/evidence.ts';
import { LabError } from '../lab/errors.ts';
import type { Kind, Measured, MeasureContext, Take } from './measurement.ts';

/** The series of one subject, labelled with what its numbers are worth. */
export function seriesOf(subject: Measured, kind: Kind, warmups: number, samples: readonly Sample[]): Series {
  return {
    subject: subject.label,
    quantity: kind.quantity,
    unit: kind.unit,
    bound: kind.bound ?? boundOf(subject.emulated, kind.quantity),
    emulated: subject.emulated,
    clock: kind.clock,
    warmups,
    samples: [...samples],
  };
}

/** Takes one sample, timed by when it was begun. */
export async function takeSample(take: Take, subject: Measured, context: MeasureContext): Promise<Sample> {
  const atMs = context.elapsedMs();
  const value = await take();
  if (!Number.isFinite(value)) {
    throw new LabError(
      `A measurement of ${subject.label} gave ${String(value)}, which is no number: the instrument did not answer.`,
    );
  }
  return { value, atMs };
}
