import type { OutcomeKind, Verdict } from '../../verify/verdict/verdict.ts';

export interface VerdictWords {
  readonly label: string;
  /** What it says of the claim, for legends and readers who meet it for the first time. */
  readonly meaning: string;
}

/** In the order in which tallies and legends show them. */
export const verdictWords: Record<Verdict, VerdictWords> = {
  verified: { label: 'Verified', meaning: 'Measured or observed to hold, and its control came out as declared.' },
  refuted: { label: 'Refuted', meaning: 'Measured or observed not to hold, and its control came out as declared.' },
  mixed: { label: 'Mixed', meaning: 'It asserts several things; some hold and some do not.' },
  inconclusive: { label: 'Inconclusive', meaning: 'It ran, and the evidence does not carry a decision either way.' },
  attributed: { label: 'Attributed', meaning: 'Opinion, promise or document: no experiment settles it.' },
  'not-run': { label: 'Not run', meaning: 'No run on record could try it, and the reason is given.' },
  broken: { label: 'Broken', meaning: 'A control came out wrong or the check failed: nothing may be concluded.' },
};

export const verdictOrder = Object.keys(verdictWords) as Verdict[];

export const outcomeWords: Record<OutcomeKind, { label: string; verdict: Verdict }> = {
  holds: { label: 'Holds', verdict: 'verified' },
  fails: { label: 'Fails', verdict: 'refuted' },
  undecided: { label: 'Undecided', verdict: 'inconclusive' },
  'not-run': { label: 'Not run', verdict: 'not-run' },
  broken: { label: 'Broken', verdict: 'broken' },
};
