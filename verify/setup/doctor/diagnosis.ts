import type { Need } from '../../claim/claim.ts';

/** One thing that was looked at. */
export interface Diagnosis {
  /** `limited`: it works, and there is something to know. */
  readonly state: 'there' | 'limited' | 'missing';
  readonly what: string;
  /** A sentence: what was found, and for what is missing, what it is for. */
  readonly says: string;
  /** What claims may need and cannot have here because of this. */
  readonly unmet: readonly Need[];
  /** One line that would mend it: a command, or what to do; null where there is none. */
  readonly fix: string | null;
}
