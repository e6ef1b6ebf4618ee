/**
 * What an objective depends on, as a random forest sees it: its mean where one parameter, or two, have a value and all others follow
 * the prior [Friedman 2001, sec. 8.2; exact over the prior as in Hutter 2014]. A conditional parameter is looked at where it is active.
 *
 * [Friedman 2001] Friedman, "Greedy function approximation: a gradient boosting machine", Annals of Statistics 29(5), 1189-1232.
 * [Hutter 2014] Hutter, Hoos and Leyton-Brown, "An Efficient Approach for Assessing Hyperparameter Importance", ICML 2014.
 */
import { exp, log } from '../samplers/numerics/elementary.ts';
import { onStep, type CompiledSpace, type Dimension } from '../study/space/dimensions.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import { scalarAt } from '../study/space/point.ts';
import type { Scalar } from '../study/space/space.ts';
import { quantile } from '../study/numerics/quantile.ts';
import { Marginals } from './measure/marginals.ts';
import { measuredPoints, type StudyTrials } from './study-trials.ts';
import { surrogateOf } from './surrogate.ts';

export interface DependenceOptions {
  /** Name of the objective; the first. */
  readonly objective?: string;
  /** Values of a number that are looked at, 2 or more, evenly over its scale; 41, of two parameters 21 each. */
  readonly points?: number;
}

/** Along one parameter; numbers are in the unit of the objective. */
export interface PartialDependence {
  readonly parameter: string;
  readonly objective: string;
  readonly scale: 'linear' | 'log' | 'category';
  readonly values: readonly Scalar[];
  /** Mean over the trees at each value; null where the parameter never has it. */
  readonly means: readonly (number | null)[];
  /** Between these lie nine tenths of the trees. */
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
}

/** Over two parameters. */
export interface JointDependence {
  readonly parameters: readonly [string, string];
  readonly objective: string;
  readonly scales: readonly [PartialDependence['scale'], PartialDependence['scale']];
  readonly values: readonly [readonly Scalar[], readonly Scalar[]];
  /** One row a value of the first parameter; null where the two are never active together. */
  readonly means: readonly (readonly (number | null)[])[];
}

const ONE = 41;
const TWO = 21;
const OUTSIDE = 0.05;

/**
 * @param parameter  by dimension: 'lr', 'units.length', 'units.2', 'order.0'
 * @throws StudyDefinitionError where it has one value alone or there is no such one, and where there are fewer than two trials
 */
export function partialDependence(
  study: StudyTrials,
  parameter: string,
  { objective, points = ONE }: DependenceOptions = {},
): PartialDependence {
  const measured = measuredPoints(study, 2, objective);
  const { layout, trees, scale, origin } = surrogateOf(measured);
  const marginals = new Marginals(layout);
  const axis = axisOf(layout.space, layout.features.dims, parameter, points);
  const columns = axis.numbers.map((): number[] => []);
  for (const tree of trees) {
    const { weights, means } = marginals.single(tree, axis.feature);
    for (const [i, value] of axis.numbers.entries()) {
      const atom = marginals.atomAt(tree, axis.feature, value);
      if (weights[atom] > 0) columns[i].push(origin + scale * means[atom]);
    }
  }
  const sorted = columns.map((column) => column.toSorted((a, b) => a - b));
  const at = (share: number): (number | null)[] =>
    sorted.map((each) => (each.length > 0 ? quantile(each, share) : null));
  return {
    parameter,
    objective: measured.objective.name,
    scale: axis.scale,
    values: axis.values,
    means: columns.map(meanOf),
    lower: at(OUTSIDE),
    upper: at(1 - OUTSIDE),
  };
}

/**
 * The mean over the trees at each pair of values.
 * @throws StudyDefinitionError as partialDependence does, and where both are the same
 */
export function jointDependence(
  study: StudyTrials,
  [first, second]: readonly [string, string],
  { objective, points = TWO }: DependenceOptions = {},
): JointDependence {
  if (first === second)
    throw new StudyDefinitionError(`the two parameters are both '${first}': expected two different ones`);
  const measured = measuredPoints(study, 2, objective);
  const { layout, trees, scale, origin } = surrogateOf(measured);
  const marginals = new Marginals(layout);
  const axes = [first, second].map((name) => axisOf(layout.space, layout.features.dims, name, points));
  const [rows, columns] = axes;
  const sums = rows.numbers.map(() => columns.numbers.map((): number[] => []));
  for (const tree of trees) {
    const { weights, means } = marginals.pair(tree, rows.feature, columns.feature);
    const width = marginals.atoms(tree, columns.feature);
    const across = columns.numbers.map((value) => marginals.atomAt(tree, columns.feature, value));
    for (const [i, value] of rows.numbers.entries()) {
      const row = marginals.atomAt(tree, rows.feature, value) * width;
      for (const [j, column] of across.entries())
        if (weights[row + column] > 0) sums[i][j].push(origin + scale * means[row + column]);
    }
  }
  return {
    parameters: [first, second],
    objective: measured.objective.name,
    scales: [rows.scale, columns.scale],
    values: [rows.values, columns.values],
    means: sums.map((row) => row.map(meanOf)),
  };
}

interface Axis {
  readonly feature: number;
  readonly scale: PartialDependence['scale'];
  /** As the point has them, and as the parameter does. */
  readonly numbers: readonly number[];
  readonly values: readonly Scalar[];
}

function axisOf({ dimensions, slots }: CompiledSpace, dims: readonly number[], name: string, points: number): Axis {
  if (!Number.isInteger(points) || points < 2)
    throw new StudyDefinitionError(`points is ${points}, expected a whole number from 2`);
  const dim = dimensions.findIndex((each) => each.name === name);
  const feature = dims.indexOf(dim);
  if (feature < 0)
    throw new StudyDefinitionError(
      dim < 0
        ? `there is no parameter '${name}'; parameters are ${dims.map((each) => dimensions[each].name).join(', ')}`
        : `parameter '${name}' has one value alone: nothing depends on it`,
    );
  const dimension = dimensions[dim];
  const numbers = numbersOf(dimension, points);
  const { domain } = slots.find((slot) => slot.dims.includes(dim))!.parameter;
  const isCategory = dimension.kind === 'categorical' || dimension.kind === 'ordinal';
  const named = domain.kind === 'array' ? domain.element : domain;
  const isNamed = isCategory && named.kind !== 'permutation' && named.kind !== 'fixed';
  return {
    feature,
    scale: isCategory ? 'category' : dimension.log ? 'log' : 'linear',
    numbers,
    values: isNamed ? numbers.map((number) => scalarAt(named, number)) : numbers,
  };
}

/** All categories; of a number all of its values, or `points` of them evenly over its scale, both ends among them. */
function numbersOf({ kind, low, high, step, size, log: onLog }: Dimension, points: number): number[] {
  if (kind === 'categorical' || kind === 'ordinal' || size <= points)
    return Array.from({ length: size }, (_, k) => onStep(low, step, k));
  const places = Array.from({ length: points }, (_, i) => i / (points - 1));
  const values = places.map((u) => {
    if (u === 0 || u === 1) return u === 0 ? low : high;
    const value = onLog ? exp((1 - u) * log(low) + u * log(high)) : (1 - u) * low + u * high;
    return step === 0 ? value : onStep(low, step, Math.round((value - low) / step));
  });
  return [...new Set(values)];
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value / values.length, 0);
}
