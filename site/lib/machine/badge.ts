import { makeBadge } from 'badge-maker';
import type { Verdict } from '../../../verify/verdict/verdict.ts';
import { verdictColors } from '../verdict-looks.ts';
import { verdictWords } from '../verdict-words.ts';

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
    color: verdictColors[verdict],
  };
}

const drawn = new Map<string, string>();

/** Runs of one day on one kind of machine say the same thousands of times. */
export function badgeSvg({ label, message, color }: Badge): string {
  const key = JSON.stringify([label, message, color]);
  const svg = drawn.get(key) ?? makeBadge({ label, message, color, style: 'flat' });
  drawn.set(key, svg);
  return svg;
}
