import { verdictWords } from '../verdict-words.ts';
import type { Mark } from './holding.ts';

export interface MarkWords {
  readonly label: string;
  /** One character for the cell of a strip, so that it can be read without its colour. */
  readonly sign: string;
}

/** In the order in which legends show them. */
export const markWords: Record<Mark, MarkWords> = {
  verified: { label: verdictWords.verified.label, sign: '✓' },
  refuted: { label: verdictWords.refuted.label, sign: '×' },
  mixed: { label: verdictWords.mixed.label, sign: '±' },
  inconclusive: { label: verdictWords.inconclusive.label, sign: '~' },
  attributed: { label: verdictWords.attributed.label, sign: '”' },
  broken: { label: verdictWords.broken.label, sign: '!' },
  'not-run': { label: verdictWords['not-run'].label, sign: '–' },
  unwritten: { label: 'No claim written yet', sign: '·' },
  none: { label: 'Asserts nothing', sign: '' },
};
