/**
 * Two classifiers on the same rows, by the rows where exactly one of them is right: McNemar's exact test and a score interval
 * for the difference of the two accuracies.
 *
 * [McNemar 1947] McNemar, "Note on the sampling error of the difference between correlated proportions or percentages",
 *   Psychometrika 12(2), 153-157; exact and two-sided by doubling the binomial tail.
 * [Tango 1998] Tango, "Equivalence test and confidence interval for the difference in proportions for the paired-sample
 *   design", Statistics in Medicine 17, 891-908. Recommended among the intervals for this difference by
 * [Fagerland 2014] Fagerland, Lydersen, Laake, "Recommended tests and confidence intervals for paired binomial proportions",
 *   Statistics in Medicine 33, 2850-2875.
 */
import { normalQuantile } from '../../samplers/numerics/normal.ts';
import { binomialCdf } from './binomial.ts';
import { checkAlpha, checkCount } from './door.ts';

/** Rows where one of the two alone is right, and all rows. */
export interface Discordance {
  readonly challengerAlone: number;
  readonly championAlone: number;
  readonly n: number;
}

/**
 * Counts them.
 * @param champion    1 where the champion is right, else 0; row by row
 * @param challenger  as long
 */
export function discordanceOf(champion: Uint8Array, challenger: Uint8Array): Discordance {
  let [championAlone, challengerAlone] = [0, 0];
  for (let i = 0; i < champion.length; i++) {
    if (champion[i]! > challenger[i]!) championAlone++;
    if (champion[i]! < challenger[i]!) challengerAlone++;
  }
  return { challengerAlone, championAlone, n: champion.length };
}

/** Two-sided exact p of equal accuracy: min(1, 2 P(Bin(b + c, 1/2) <= min(b, c))), 1 where the two never differ. */
export function mcnemarP({ challengerAlone: b, championAlone: c }: Discordance): number {
  checkCount('challengerAlone', b, 0);
  checkCount('championAlone', c, 0);
  return Math.min(1, 2 * binomialCdf(Math.min(b, c), b + c, 0.5));
}

/**
 * Tango's score interval for accuracy of the challenger less accuracy of the champion, at confidence 1 - alpha: all
 * differences that the score test does not reject. It has a width even where the two never differ.
 * @returns  bounds in [-1, 1], the observed difference between them
 */
export function tangoInterval(rows: Discordance, alpha: number): [low: number, high: number] {
  checkAlpha(alpha);
  checkCount('n', rows.n, Math.max(1, rows.challengerAlone + rows.championAlone));
  const z = -normalQuantile(0.5 * alpha);
  const mirrored = { ...rows, challengerAlone: rows.championAlone, championAlone: rows.challengerAlone };
  return [-upperBound(mirrored, z), upperBound(rows, z)];
}

/** The largest difference with a score of at least -z, by bisection: the score falls as the difference grows. */
function upperBound(rows: Discordance, z: number): number {
  let low = (rows.challengerAlone - rows.championAlone) / rows.n;
  let high = 1;
  while (true) {
    const middle = 0.5 * (low + high);
    if (middle <= low || middle >= high) return high;
    if (score(rows, middle) >= -z) low = middle;
    else high = middle;
  }
}

/** Tango's statistic of the hypothesis that the difference is `difference` in (-1, 1) [Tango 1998, eqs. 13 to 16]. */
function score({ challengerAlone: b, championAlone: c, n }: Discordance, difference: number): number {
  // the chance that the champion alone is right, estimated under the hypothesis: the root of a quadratic
  const linear = (2 * n - b + c) * difference - b - c;
  const constant = -c * difference * (1 - difference);
  const root = Math.sqrt(Math.max(0, linear * linear - 8 * n * constant));
  const q = linear > 0 ? (-2 * constant) / (root + linear) : (root - linear) / (4 * n);
  const variance = n * (2 * q + difference * (1 - difference));
  const distance = b - c - n * difference;
  return variance > 0 ? distance / Math.sqrt(variance) : Math.sign(distance) * Infinity;
}
