/** What other studies expect of a point, on the scale of a study's own results (../transfer/scale.ts). */
import type { LearntForest } from '../transfer/forest-learner.ts';
import { scaleOf } from '../transfer/scale.ts';
import type { Voice } from '../transfer/transfer.ts';
import { pointOf, type Table } from './table.ts';

/**
 * @param results  one a point of the table, NaN where it has none
 * @param voices   at least one
 * @returns  by a point's features; 0 everywhere where all results are equal
 */
export function priorOf(
  table: Table,
  results: Float64Array,
  voices: readonly Voice<LearntForest>[],
): (point: Float64Array) => number {
  const expected = (point: Float64Array): number =>
    voices.reduce((sum, { model, weight }) => sum + weight * model.scoreOf(point), 0);
  const known = [...results.keys()].filter((i) => !Number.isNaN(results[i]));
  const { middle, scale } = scaleOf(
    known.map((i) => expected(pointOf(table, i))),
    voices,
  );
  const unit = scale * deviationOf(known.map((i) => results[i]));
  return (point) => unit * (expected(point) - middle);
}

function deviationOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  return Math.sqrt(values.reduce((sum, value) => sum + ((value - mean) * (value - mean)) / values.length, 0));
}
