import type { Verdict } from '../../verify/verdict/verdict.ts';

/** Each verdict has a shape of its own, so that it is told apart without colour: a path in a box of 16 by 16. */
export const verdictShapes: Record<Verdict, string> = {
  verified: 'm4.5 8.5 2.5 2.5 4.5-5.5',
  refuted: 'm5 5 6 6m0-6-6 6',
  mixed: 'M8 1v14M4 8h2m5-1.5 2 3m0-3-2 3',
  inconclusive: 'M4.5 9c1.2-2.6 2.4-2.6 3.5-1s2.3 1.6 3.500-1',
  attributed: 'M5 6.500h1.500v2L5 10m4.500-3.500H11v2L9.500 10',
  'not-run': 'M5 8h6',
  broken: 'm9 2-3 5.500h4L7 14',
};

/** Colours for pictures that leave the site: on them white, and they on white, have a contrast of at least 4.5 to 1. */
export const verdictColors: Record<Verdict, string> = {
  verified: '#17654a',
  refuted: '#a52a1a',
  mixed: '#8a4f00',
  inconclusive: '#46557a',
  attributed: '#6b4580',
  'not-run': '#605d57',
  broken: '#8c1450',
};
