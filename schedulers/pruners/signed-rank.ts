/**
 * Wilcoxon's signed-rank test, exact [Wilcoxon 1945]: ties share their mean rank, the ranks of zeros count half for either side
 * (scipy's zsplit), and the distribution is that of random signs of the ranks that there are.
 *
 * [Wilcoxon 1945] Wilcoxon, "Individual Comparisons by Ranking Methods", Biometrics Bulletin 1.
 */

/**
 * Probability that random signs give as high a sum of positive ranks: small where differences tend to be positive, >= 2^-n.
 * O(n^3) for n differences.
 */
export function signedRankP(differences: readonly number[]): number {
  const sorted = differences.toSorted((a, b) => Math.abs(a) - Math.abs(b));
  /** Twice the ranks: whole numbers. */
  const ranks: number[] = [];
  for (let first = 0; first < sorted.length;) {
    let end = first + 1;
    while (end < sorted.length && Math.abs(sorted[end]!) === Math.abs(sorted[first]!)) end++;
    // ranks first + 1 to end
    for (; ranks.length < end;) ranks.push(first + 1 + end);
    first = end;
  }
  const signed = ranks.filter((_, i) => sorted[i] !== 0);
  const observed = ranks.reduce((sum, rank, i) => sum + (sorted[i]! > 0 ? rank : 0), 0);
  const total = signed.reduce((sum, rank) => sum + rank, 0);
  const chance = new Float64Array(total + 1);
  chance[0] = 1;
  let reached = 0;
  for (const rank of signed) {
    reached += rank;
    for (let sum = reached; sum >= 0; sum--)
      chance[sum] = 0.5 * (chance[sum]! + (sum >= rank ? chance[sum - rank]! : 0));
  }
  let p = 0;
  for (let sum = observed; sum <= total; sum++) p += chance[sum]!;
  return p;
}
