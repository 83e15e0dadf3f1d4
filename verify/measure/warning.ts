/** Doubt as data: what was seen of the machine, and what to do about it. `lowers`: wall-clock numbers become one-sided. */
export interface Warning {
  readonly what: string;
  readonly value: string;
  readonly advice: string;
  readonly lowers: boolean;
}
