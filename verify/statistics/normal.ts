/**
 * P(Z > z) for a standard normal Z, z >= 0: the fraction of error function's complement by Numerical Recipes' Chebyshev
 * fit (Press et al., 3rd edition, section 6.2.2, `erfccheb` in its short form); relative error below 1.2e-7.
 */
export function normalAbove(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * x);
  const coefficients = [
    0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368,
    -1.26551223,
  ];
  const polynomial = coefficients.reduce((sum, coefficient) => sum * t + coefficient, 0);
  const tail = 0.5 * t * Math.exp(-x * x + polynomial);
  return z >= 0 ? tail : 1 - tail;
}
