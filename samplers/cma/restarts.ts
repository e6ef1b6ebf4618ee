/**
 * When a search has ended, and how the next one begins. IPOP doubles the population each time [Auger 2005]; BIPOP does so, too, but
 * spends as many trials on searches with small populations and steps [Hansen 2009]. All begin at a random place.
 *
 * [Auger 2005] Auger & Hansen, "A Restart CMA Evolution Strategy With Increasing Population Size", CEC 2005.
 * [Hansen 2009] Hansen, "Benchmarking a BI-Population CMA-ES on the BBOB-2009 Function Testbed", GECCO 2009.
 */
import { exp, log } from '../numerics/elementary.ts';
import type { Gaussian } from './gaussian.ts';

export type Policy = 'none' | 'ipop' | 'bipop';

/** How a search differs from the first one. */
export interface Regime {
  /** Of the population. */
  readonly factor: number;
  /** Of the step size. */
  readonly step: number;
  readonly isSmall: boolean;
}

/** Trials spent, for BIPOP's balance. */
export interface Spent {
  readonly large: number;
  readonly small: number;
}

export const FIRST: Regime = { factor: 1, step: 1, isSmall: false };

/** A millionth of the range, and what a result has to differ by, relatively. */
const LEAST_DEVIATION = 1e-6;
const LEAST_DIFFERENCE = 1e-12;
const MOST_RATIO = 1e7;
const LOG_TEN = 2.302585092994046;

/**
 * @param doublings  of large searches so far
 * @param first      the first search's population
 * @param u          two numbers in (0, 1)
 */
export function nextRegime(
  policy: Policy,
  doublings: number,
  first: number,
  { large, small }: Spent,
  u: readonly [number, number],
): Regime {
  if (policy === 'none') return FIRST;
  let factor = 2;
  for (let i = 0; i < doublings; i++) factor *= 2;
  if (policy === 'ipop' || small >= large) return { factor, step: 1, isSmall: false };
  // lambda (largest / 2 lambda)^(u^2), sigma 10^(-2 u)
  const population = Math.floor(first * exp(u[0] * u[0] * log(factor / 4)));
  return { factor: Math.max(population / first, 1), step: exp(-2 * LOG_TEN * u[1]), isSmall: true };
}

/**
 * Whether going on would bring nothing: all continuous coordinates have converged, the best of many generations are the same, or the
 * covariance is degenerate.
 * @param bests  value of the best of each generation, the newest last; undefined where it had none
 */
export function hasEnded(
  gaussian: Gaussian | undefined,
  isContinuous: readonly boolean[],
  bests: readonly (number | undefined)[],
  lambda: number,
): boolean {
  const n = gaussian?.mean.length ?? 0;
  const window = 10 + Math.ceil((30 * n) / lambda);
  if (bests.length >= window) {
    const recent = bests.slice(-window).filter((best) => best !== undefined);
    const [least, most] = [Math.min(...recent), Math.max(...recent)];
    if (recent.length === window && most - least <= LEAST_DIFFERENCE * Math.max(Math.abs(least), 1e-300)) return true;
  }
  if (!gaussian) return false;
  const [shortest, longest] = gaussian.covariance.extent();
  if (longest > MOST_RATIO * shortest) return true;
  return (
    isContinuous.includes(true) && isContinuous.every((each, i) => !each || gaussian.deviation(i) < LEAST_DEVIATION)
  );
}
