/** The findings that answer the question at a glance, in this order; those without a run are left out. */
export interface HeadlinePair {
  readonly label: string;
  readonly container: FindingPath;
  readonly guest: FindingPath;
}

/** A claim's id and the name of one of its findings. */
export type FindingPath = readonly [claim: string, finding: string];
