/**
 * Results as a tree can learn from them: one number a row, or NaN where a row has none yet.
 *
 * A failed row, or one pruned before it reported, counts as the worst value seen; a pruned one else as its last value; a
 * pending one is believed to get the model's mean (merit.ts). On the log scale a value is ln((v - o) / (max - o)), where the
 * origin o lies as far below the best value as that lies below the fifth percentile: relative differences count most among
 * the best, whatever the units, and negative values are no exception [Lindauer 2022, RunHistoryLogScaledEncoder].
 *
 * [Lindauer 2022] Lindauer et al., "SMAC3: A Versatile Bayesian Optimization Package for Hyperparameter Optimization",
 *   JMLR 23(54).
 */
import { scalarised } from '../acquisition/pareto-weights.ts';
import { log } from '../numerics/elementary.ts';
import type { Row } from '../sampler.ts';

const PERCENTILE = 0.05;

/**
 * The objective of each row: on the log scale at most 0 and 0 for the worst; else from 0 for the best to 1. All 0 where they
 * are equal, or where all that closed failed.
 * @param weights  of several objectives, as one of which they count
 * @returns NaN for pending rows
 */
export function objectiveOf(rows: readonly Row[], onLog: boolean, weights?: Float64Array): Float64Array {
  const measured = weights
    ? scalarised(
        rows.map(({ y }) => y),
        weights,
      )
    : Float64Array.from(rows, ({ y }) => y?.[0] ?? NaN);
  const values = [...measured].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const scale = values.length === 0 ? (): number => 0 : onLog ? logScale(values) : linearScale(values);
  const worst = values.length === 0 ? 0 : scale(values[values.length - 1]);
  return measured.map((value, i) => (!Number.isNaN(value) ? scale(value) : rows[i].state === 'pending' ? NaN : worst));
}

/** Constraint k of each row on a scale of its own that keeps 0, where it turns infeasible, at 0; NaN where a row has none. */
export function constraintOf(rows: readonly Row[], k: number): Float64Array {
  let size = 0;
  for (const { c } of rows) if (c && Math.abs(c[k]) > size) size = Math.abs(c[k]);
  return Float64Array.from(rows, ({ c }) => (c ? (size === 0 ? 0 : c[k] / size) : NaN));
}

/** In quarters throughout: the distance between the largest numbers there are is no finite one. */
function linearScale(sorted: readonly number[]): (value: number) => number {
  const origin = 0.25 * sorted[0];
  const range = 0.25 * sorted[sorted.length - 1] - origin;
  return (value) => (range === 0 ? 0 : (0.25 * value - origin) / range);
}

function logScale(sorted: readonly number[]): (value: number) => number {
  const origin = 0.25 * sorted[0];
  const above = (value: number): number => 0.25 * value - origin;
  const range = above(sorted[sorted.length - 1]);
  if (range === 0) return () => 0;
  const place = PERCENTILE * (sorted.length - 1);
  const lower = Math.floor(place);
  const [a, b] = [above(sorted[lower]), above(sorted[Math.min(lower + 1, sorted.length - 1)])];
  // where the best value was found that often: the next one above
  const gap = a + (place - lower) * (b - a) || above(sorted.find((value) => above(value) > 0)!);
  const most = log(range + gap);
  return (value) => log(above(value) + gap) - most;
}
