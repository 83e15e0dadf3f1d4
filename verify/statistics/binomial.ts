/** Logarithm of n! by summation, kept between calls: exact to rounding, and cheap for the sample sizes met here. */
const logFactorials: number[] = [0];

function logFactorial(n: number): number {
  for (let i = logFactorials.length; i <= n; i += 1) logFactorials.push((logFactorials[i - 1] ?? 0) + Math.log(i));
  return logFactorials[n] ?? NaN;
}

/** P(B = k) for B binomial with `n` trials of probability 0 < `p` < 1. */
function binomialMass(k: number, n: number, p: number): number {
  const logChoose = logFactorial(n) - logFactorial(k) - logFactorial(n - k);
  return Math.exp(logChoose + k * Math.log(p) + (n - k) * Math.log1p(-p));
}

/** P(B <= k). */
export function binomialAtMost(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  // The shorter tail is summed, so that a small probability keeps its digits.
  if (k > n * p) return 1 - binomialAtLeast(k + 1, n, p);
  let sum = 0;
  for (let i = k; i >= 0; i -= 1) {
    const mass = binomialMass(i, n, p);
    sum += mass;
    if (mass < sum * 1e-17) break;
  }
  return Math.min(1, sum);
}

/** P(B >= k). */
export function binomialAtLeast(k: number, n: number, p: number): number {
  if (k <= 0) return 1;
  if (k > n) return 0;
  if (k <= n * p) return 1 - binomialAtMost(k - 1, n, p);
  let sum = 0;
  for (let i = k; i <= n; i += 1) {
    const mass = binomialMass(i, n, p);
    sum += mass;
    if (mass < sum * 1e-17) break;
  }
  return Math.min(1, sum);
}
