import { makeBadge } from 'badge-maker';
import type { Verdict } from '../../../verify/verdict/verdict.ts';
import { verdictWords } from '../verdict-words.ts';

/** Colours on which white text has a contrast of at least 4.5 to 1. */
const colors: Record<Verdict, string> = {
  verified: '#17654a',
  refuted: '#a52a1a',
  mixed: '#8a4f00',
  inconclusive: '#46557a',
  attributed: '#6b4580',
  'not-run': '#605d57',
  broken: '#8c1450',
};

export interface Badge {
  readonly schemaVersion: 1;
  readonly label: string;
  readonly message: string;
  readonly color: string;
}

/** A verdict as badge services read it ("endpoint" format). `when`: the day and kind of machine, or nothing. */
export function badgeOf(verdict: Verdict, when: string | undefined): Badge {
  const word = verdictWords[verdict].label.toLowerCase();
  return {
    schemaVersion: 1,
    label: 'bare claims',
    message: when === undefined ? word : `${word} · ${when}`,
    color: colors[verdict],
  };
}

export function badgeSvg({ label, message, color }: Badge): string {
  return makeBadge({ label, message, color, style: 'flat' });
}
