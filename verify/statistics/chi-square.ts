/**
 * Pearson's chi-square statistic of counts against even shares: near zero where all are alike, and with one degree of
 * freedom fewer than there are counts where only chance spread them (Pearson, Philosophical Magazine 50, 1900).
 * @param counts at least two, of at least one observation together
 */
export function chiSquareOfEvenShares(counts: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (counts.length < 2 || total <= 0) {
    throw new RangeError(`Even shares need two counts and something counted; got [${counts.join(', ')}].`);
  }
  const expected = total / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}
