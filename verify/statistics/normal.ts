/**
 * P(Z > z) for a standard normal Z, by the complementary error function with a relative error below 1.2e-7.
 * Source: Press et al., "Numerical Recipes in C", 2nd edition (1992), section 6.2, `erfcc`.
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
