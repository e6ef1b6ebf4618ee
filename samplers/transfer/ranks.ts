/** Order without scale: ranks, their normal scores, and how far two orders agree. */
import { normalQuantile } from '../numerics/normal.ts';
import { compareRanks, type Rank } from '../objectives/rank.ts';

/** Normal quantiles of the rows' ranks, (rank - 1/2) / n; equals have the same. */
export function normalScores(ranks: readonly Rank[]): Float64Array {
  const n = ranks.length;
  return midRanks(n, (i, j) => compareRanks(ranks[i], ranks[j])).map((rank) => normalQuantile((rank + 0.5) / n));
}

/** Ranks 0 to n - 1 of n things; equals have the mean of theirs. */
export function midRanks(n: number, compare: (i: number, j: number) => number): Float64Array {
  const order = Array.from({ length: n }, (_, i) => i).sort(compare);
  const ranks = new Float64Array(n);
  for (let first = 0, end = 0; first < n; first = end) {
    while (end < n && compare(order[first], order[end]) === 0) end++;
    for (let k = first; k < end; k++) ranks[order[k]] = 0.5 * (first + end - 1);
  }
  return ranks;
}

/** Correlation of two lists of midranks, so Spearman's rho; 0 where one of them is constant. */
export function rankCorrelation(a: Float64Array, b: Float64Array): number {
  const middle = 0.5 * (a.length - 1);
  let [both, first, second] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    both += (a[i] - middle) * (b[i] - middle);
    first += (a[i] - middle) * (a[i] - middle);
    second += (b[i] - middle) * (b[i] - middle);
  }
  return first > 0 && second > 0 ? both / Math.sqrt(first * second) : 0;
}
