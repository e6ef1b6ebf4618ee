/**
 * Fronts of non-dominated points: the first is what no point dominates, the next what only points of the first dominate, and so on.
 *
 * Efficient non-dominated sorting [Zhang 2015]: in lexicographic order no point is dominated by a later one, so each needs to look only
 * at the fronts so far, and finds its own by bisection, since who is dominated by a front is dominated by those before it.
 *
 * [Zhang 2015] Zhang, Tian, Cheng & Jin, "An Efficient Approach to Nondominated Sorting for Evolutionary Multiobjective Optimization",
 *   IEEE Transactions on Evolutionary Computation 19(2), 2015.
 * [Deb 2002] Deb, Pratap, Agarwal & Meyarivan, "A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II", IEEE Transactions on
 *   Evolutionary Computation 6(2), 2002.
 */

/** Whether a is at least as good as b in every objective, all to be minimised, and better in one. */
export function dominates(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  let better = false;
  for (let i = 0; i < a.length; i++) {
    if (a[i]! > b[i]!) return false;
    better ||= a[i]! < b[i]!;
  }
  return better;
}

/**
 * Which front each point is on, from 0, without gaps. Equal points share one.
 *
 * With violations, constrained domination [Deb 2002, section VI]: feasible points come before all others, and those follow by violation
 * alone, one front a violation.
 *
 * @param points      objectives, all to be minimised, as many in each, no NaN
 * @param violations  one a point, feasible where <= 0, Infinity where unknown; absent: all are feasible
 * @returns           O(n log n) with one or two objectives; with more, O(n^2) at worst
 */
export function frontRanks(points: readonly ArrayLike<number>[], violations?: ArrayLike<number>): Int32Array {
  const ranks = new Int32Array(points.length);
  const all = points.map((_, i) => i);
  const feasible = violations ? all.filter((i) => !(violations[i]! > 0)) : all;
  let rank = rankAll(points, feasible, ranks) - 1;
  if (!violations) return ranks;
  const others = all.filter((i) => violations[i]! > 0).sort((a, b) => compare(violations[a]!, violations[b]!));
  for (const [i, at] of others.entries()) {
    if (i === 0 || violations[at] !== violations[others[i - 1]!]) rank++;
    ranks[at] = rank;
  }
  return ranks;
}

/** Ranks the points at these places. @returns how many fronts they have */
function rankAll(points: readonly ArrayLike<number>[], places: readonly number[], ranks: Int32Array): number {
  if (places.length === 0) return 0;
  const m = points[places[0]!]!.length;
  const order = places.toSorted((a, b) => lexicographic(points[a]!, points[b]!));
  // sorted objectives but the first, which bisection needs no more
  const width = m - 1;
  const rest = new Float64Array(order.length * width);
  for (const [i, at] of order.entries()) for (let k = 0; k < width; k++) rest[i * width + k] = points[at]![k + 1]!;
  // each front as a list from its newest member on
  const newest: number[] = [];
  const older = new Int32Array(order.length);

  const isDominatedBy = (front: number, i: number): boolean => {
    for (let j = newest[front]!; j >= 0; j = older[j]!) {
      let k = 0;
      while (k < width && rest[j * width + k]! <= rest[i * width + k]!) k++;
      if (k === width) return true;
      // of two objectives the newest member has the best second one
      if (width === 1) return false;
    }
    return false;
  };

  for (const [i, at] of order.entries()) {
    if (i > 0 && lexicographic(points[order[i - 1]!]!, points[at]!) === 0) {
      ranks[at] = ranks[order[i - 1]!]!;
      continue;
    }
    let low = 0;
    let high = newest.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isDominatedBy(middle, i)) low = middle + 1;
      else high = middle;
    }
    older[i] = newest[low] ?? -1;
    newest[low] = i;
    ranks[at] = low;
  }
  return newest.length;
}

function lexicographic(a: ArrayLike<number>, b: ArrayLike<number>): number {
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return compare(a[k]!, b[k]!);
  return 0;
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
