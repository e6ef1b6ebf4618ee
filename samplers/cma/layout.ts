/**
 * Which dimensions of a space are searched, and as what: numbers and ordinals are coordinates of the unit cube, on their own scale;
 * categories, and whatever has two values, are categories. Dimensions with one value and those that all asks keep take no part.
 */
import type { CompiledSpace, Dimension } from '../../study/space/dimensions.ts';
import type { Problem } from '../sampler.ts';
import { fromUnit, toUnit } from '../unit-cube.ts';
import { vectorOf } from '../unit-vectors.ts';
import { isStepped } from './cells.ts';
import type { SteppedCoordinate } from './margin.ts';

export interface Layout {
  readonly space: CompiledSpace;
  /** The dimensions of the coordinates, and of the categories. */
  readonly numbers: readonly number[];
  readonly categories: readonly number[];
  readonly stepped: readonly SteppedCoordinate[];
  /** One a coordinate: whether it is without cells, so that it has to lie in [0, 1]. */
  readonly isContinuous: readonly boolean[];
  /** How many are searched. */
  readonly size: number;
  /** Where a search begins: the priors' medians, their spreads by that of the uniform distribution, and their probabilities. */
  readonly start: Start;
}

export interface Start {
  readonly mean: Float64Array;
  /** 1 is that of the uniform distribution. */
  readonly spread: Float64Array;
  readonly probabilities: readonly Float64Array[];
}

/** The quantiles between which the spread is measured, and the least it may be: a prior is a guess. */
const [LOWER, UPPER] = [0.16, 0.84];
const LEAST_SPREAD = 0.1;

const layouts = new WeakMap<Problem, Layout>();

export function layoutOf(problem: Problem): Layout {
  let layout = layouts.get(problem);
  if (!layout) layouts.set(problem, (layout = createLayout(problem)));
  return layout;
}

function createLayout({ space, fixed }: Problem): Layout {
  const { dimensions } = space;
  const searched = [...dimensions.keys()].filter(
    (dim) => dimensions[dim].size > 1 && Number.isNaN(fixed?.[dim] ?? NaN),
  );
  const isCategory = (dim: number): boolean => dimensions[dim].kind === 'categorical' || dimensions[dim].size === 2;
  const numbers = searched.filter((dim) => !isCategory(dim));
  const categories = searched.filter(isCategory);
  return {
    space,
    numbers,
    categories,
    stepped: numbers.flatMap((dim, coordinate) =>
      isStepped(dimensions[dim]) ? [{ coordinate, dimension: withoutPrior(dimensions[dim]) }] : [],
    ),
    isContinuous: numbers.map((dim) => !isStepped(dimensions[dim])),
    size: searched.length,
    start: {
      mean: Float64Array.from(numbers, (dim) => quantile(dimensions[dim], 0.5)),
      spread: Float64Array.from(numbers, (dim) => spreadOf(dimensions[dim])),
      probabilities: categories.map((dim) => probabilitiesOf(dimensions[dim])),
    },
  };
}

/** A start at a point of the space: where it says nothing of a dimension, the other start's. */
export function startAt({ space, numbers, categories, start }: Layout, x: Float64Array): Start {
  const vector = vectorOf(space, x);
  return {
    mean: start.mean.map((mean, i) => (Number.isNaN(vector[numbers[i]]) ? mean : vector[numbers[i]])),
    spread: start.spread,
    probabilities: start.probabilities.map((each, i) => {
      const category = x[categories[i]] - space.dimensions[categories[i]].low;
      if (Number.isNaN(category)) return each;
      const at = Math.round(category / space.dimensions[categories[i]].step);
      return each.map((p, k) => 0.5 * p + (k === at ? 0.5 : 0));
    }),
  };
}

/** A start at random. @param u  in (0, 1), one a coordinate */
export function startAtRandom({ start, numbers }: Layout, u: (i: number) => number): Start {
  return {
    mean: Float64Array.from(numbers, (_, i) => u(i)),
    spread: start.spread.map(() => 1),
    probabilities: start.probabilities,
  };
}

function withoutPrior({ prior: _prior, weights: _weights, ...dimension }: Dimension): Dimension {
  return dimension;
}

function hasPrior({ prior, weights }: Dimension): boolean {
  return prior !== undefined || weights !== undefined;
}

function quantile(dimension: Dimension, share: number): number {
  return hasPrior(dimension) ? toUnit(dimension, fromUnit(dimension, share)) : share;
}

function spreadOf(dimension: Dimension): number {
  const width = quantile(dimension, UPPER) - quantile(dimension, LOWER);
  return Math.max(LEAST_SPREAD, Math.min(1, width / (UPPER - LOWER)));
}

function probabilitiesOf({ size, weights, prior, ...dimension }: Dimension): Float64Array {
  if (weights) {
    const most = weights.reduce((a, b) => Math.max(a, b), 0);
    const scaled = Float64Array.from(weights, (weight) => weight / most);
    const sum = scaled.reduce((a, b) => a + b, 0);
    return scaled.map((weight) => weight / sum);
  }
  if (prior) {
    // of two values: what lies below the second
    let [low, high] = [0, 1];
    for (let i = 0; i < 40; i++) {
      const middle = 0.5 * (low + high);
      if (fromUnit({ ...dimension, size, prior }, middle) > dimension.low) high = middle;
      else low = middle;
    }
    return Float64Array.of(high, 1 - high);
  }
  return new Float64Array(size).fill(1 / size);
}
