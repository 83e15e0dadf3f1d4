import type { Need } from '../../claim/claim.ts';
import type { Diagnosis } from './diagnosis.ts';

/**
 * What is required and not known to be there, a sentence each. For acceleration nothing counts but a guest that ran under
 * it: a device that opens is no proof.
 */
export function unmetRequirements(required: readonly Need[], diagnoses: readonly Diagnosis[]): string[] {
  return required.flatMap((need) => {
    const against = diagnoses.find(
      ({ what, state, unmet }) => unmet.includes(need) || (what === need && state !== 'there'),
    );
    return against === undefined ? [] : [`Required and not in use here: ${need}. ${against.says}`];
  });
}
