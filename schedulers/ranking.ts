/**
 * The trials of a rung, best first. One objective: by value. Several: by front of non-dominated trials, within a front spread out
 * [Schmucker 2021, sec. 3: non-dominated sorting with an epsilon-net]. Equal ones: the lower number first.
 *
 * [Schmucker 2021] Schmucker et al., "Multi-objective asynchronous successive halving", arXiv:2106.12639.
 */
import { dominates, frontRanks } from '../study/fronts.ts';

export interface Ranked {
  readonly number: number;
  /** Objectives, to be minimised. */
  readonly y: readonly number[];
}

/** Sorted copy; O(n log n) with one objective, O(n^2) with several. */
export function bestFirst<T extends Ranked>(trials: readonly T[]): T[] {
  if (trials.length < 2) return [...trials];
  if (trials[0]!.y.length === 1) return trials.toSorted((a, b) => a.y[0]! - b.y[0]! || a.number - b.number);
  return fronts(trials.toSorted((a, b) => a.number - b.number)).flatMap(spread);
}

/** How many of these trials are at least as good in every objective and better in one. */
export function dominators(trial: Ranked, among: readonly Ranked[]): number {
  return among.reduce((count, other) => count + (dominates(other.y, trial.y) ? 1 : 0), 0);
}

function fronts<T extends Ranked>(trials: readonly T[]): T[][] {
  const found: T[][] = [];
  const ranks = frontRanks(trials.map(({ y }) => y));
  for (const [i, trial] of trials.entries()) (found[ranks[i]!] ??= []).push(trial);
  return found;
}

/** A front from its best trial in the first objective on, each next one the farthest from those before, objectives scaled to [0, 1]. */
function spread<T extends Ranked>(front: readonly T[]): T[] {
  const ranges = front[0]!.y.map((_, k) => {
    const values = front.map(({ y }) => y[k]!);
    return Math.max(...values) - Math.min(...values) || 1;
  });
  const distance = (a: T, b: T): number =>
    a.y.reduce((sum, value, k) => sum + ((value - b.y[k]!) / ranges[k]!) * ((value - b.y[k]!) / ranges[k]!), 0);
  const left = [...front];
  const nearest = left.map(() => Infinity);
  const order: T[] = [];
  let next = left.reduce((best, { y }, i) => (y[0]! < left[best]!.y[0]! ? i : best), 0);
  while (left.length > 0) {
    const [taken] = left.splice(next, 1) as [T];
    nearest.splice(next, 1);
    order.push(taken);
    left.forEach((trial, i) => (nearest[i] = Math.min(nearest[i]!, distance(trial, taken))));
    next = nearest.reduce((best, value, i) => (value > nearest[best]! ? i : best), 0);
  }
  return order;
}
