import type { Strip } from './strip.ts';

/** How to read the picture, on the page and where it is taken elsewhere. */
export function legend({ axis, rows, thresholds, caption }: Strip): string {
  return [
    `Each dot is one sample, the first taken at the top${caption === '' ? '' : `; ${caption}`}${axis.logarithmic ? '; logarithmic scale' : ''}.`,
    thresholds.length > 0 ? 'Dashed: the threshold.' : '',
    rows.some(({ interval }) => interval !== undefined) ? 'Band: the 95% interval.' : '',
    rows.some(({ taken, dots }) => dots.length < taken)
      ? 'Of long series every so-many-th sample is drawn, and always the extremes.'
      : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}
