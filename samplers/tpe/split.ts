/**
 * Which rows are the good ones, and what each row weighs [Bergstra 2013; Watanabe 2023].
 *
 * [Bergstra 2013] Bergstra et al., "Making a Science of Model Search: Hyperparameter Optimization in Hundreds of
 *   Dimensions for Vision Architectures", ICML 2013.
 * [Watanabe 2023] Watanabe, "Tree-Structured Parzen Estimator: Understanding Its Algorithm Components and Their Roles
 *   for Better Empirical Performance", arXiv:2304.11127.
 */
import type { Row } from '../sampler.ts';

/** Good rows never number more than this; newer rows within this many of the newest weigh 1. */
export const MOST_GOOD = 25;

/** How many of n rows with results count as good: the best tenth, at most 25. */
export function goodCount(n: number): number {
  return Math.min(Math.ceil(0.1 * n), MOST_GOOD);
}

/** Weight of row i of n, oldest first: 1 for the newest 25, a ramp from 1/n up to 1 over the older ones. */
export function weightOf(i: number, n: number): number {
  const old = n - MOST_GOOD;
  if (i >= old) return 1;
  return old === 1 ? 1 / n : 1 / n + (1 - 1 / n) * (i / (old - 1));
}

/** Whether a row's result says how good it is; failed rows only say where not to go. */
export function isRanked(row: Row): boolean {
  return row.state === 'complete' || row.state === 'pruned' || row.state === 'infeasible';
}

/**
 * The best rows among those added, in any order of adding: complete before pruned before infeasible, then by value (total
 * violation when infeasible), then by number.
 */
export class Ranking {
  /** At most MOST_GOOD row numbers, best first. */
  readonly best: number[] = [];
  private readonly tiers: number[] = [];
  private readonly values: number[] = [];

  add(row: Row): void {
    const tier = row.state === 'complete' ? 0 : row.state === 'pruned' ? 1 : 2;
    const value = tier === 2 ? violationOf(row) : (row.y?.[0] ?? Infinity);
    let at = this.best.length;
    while (at > 0 && this.isBefore(tier, value, row.number, at - 1)) at--;
    if (at === MOST_GOOD) return;
    this.best.splice(at, 0, row.number);
    this.tiers.splice(at, 0, tier);
    this.values.splice(at, 0, value);
    if (this.best.length > MOST_GOOD) for (const list of [this.best, this.tiers, this.values]) list.pop();
  }

  private isBefore(tier: number, value: number, number: number, at: number): boolean {
    if (tier !== this.tiers[at]) return tier < this.tiers[at];
    return value < this.values[at] || (value === this.values[at] && number < this.best[at]);
  }
}

function violationOf(row: Row): number {
  if (!row.c) return Infinity;
  return row.c.reduce((sum, c) => sum + Math.max(c, 0), 0);
}
