/**
 * How likely a trial succeeds at a point, learnt from those that failed: the share of a forest's votes [Malley 2012], which
 * multiplies what the point promises [Gelbart 2014].
 *
 * [Gelbart 2014] Gelbart, Snoek and Adams, "Bayesian optimization with unknown constraints", UAI 2014.
 * [Malley 2012] Malley et al., "Probability machines", Methods of Information in Medicine 51(1), 74-81.
 */
import { log } from '../numerics/elementary.ts';
import type { Row } from '../sampler.ts';
import type { Draws } from './draws.ts';
import { growForest, predict } from './forest.ts';
import type { Table } from './table.ts';

const VOTERS = { trees: 20, random: true, bootstrap: false, features: 1, leaf: 1, depth: 1_048_576, doubt: 0 };

/**
 * @param rows   the rows of the table's points; pending ones do not count
 * @param draws  the random numbers of tree i
 * @returns  ln P(no failure) of a point by its features, finite; undefined where no trial failed
 */
export function survivalOf(
  table: Table,
  rows: readonly Row[],
  draws: (i: number) => Draws,
): ((point: Float64Array) => number) | undefined {
  if (rows.every(({ state }) => state !== 'failed')) return undefined;
  const failures = Float64Array.from(rows, ({ state }) => (state === 'pending' ? NaN : Number(state === 'failed')));
  const forest = growForest(table, failures, VOTERS, draws);
  const known = failures.filter((failure) => !Number.isNaN(failure)).length;
  // the rule of succession: n failures in n trials are no certainty of another
  return (point) => log((known * (1 - predict(forest, point).mean) + 1) / (known + 2));
}
