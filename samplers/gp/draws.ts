/**
 * Points of a space by their places in the unit cube: one number in [0, 1] a dimension, those of inactive dimensions
 * included, so that a neighbour's newly active parameters have places too. What is fixed stays fixed, and where a region
 * forbids the point a random one that is allowed takes its place.
 */
import type { CompiledSpace, Dimension } from '../../study/dimensions.ts';
import { sobol } from '../numerics/sobol.ts';
import { SOBOL_DIMENSIONS } from '../numerics/sobol-directions.ts';
import type { Ask, Rng } from '../sampler.ts';
import { drawPoint, MAX_ATTEMPTS, toUnit } from '../unit-cube.ts';

export interface Draw {
  readonly x: Float64Array;
  readonly units: Float64Array;
}

/** Purposes of draws, above those of the initial points'. */
const STREAM = 0x200000;
const SHIFT = 0x100000;

export class Draws {
  private readonly space: CompiledSpace;
  private readonly flat: CompiledSpace;
  private readonly ask: Ask;
  private readonly rng: Rng;
  private readonly shifts: Float64Array;
  private count = 0;

  constructor(space: CompiledSpace, ask: Ask, rng: Rng) {
    this.space = space;
    this.flat = { ...space, dimensions: space.dimensions.map(flat) };
    this.ask = ask;
    this.rng = rng;
    this.shifts = Float64Array.from(space.dimensions, (_, dim) => rng.uniform(SHIFT, dim));
  }

  /** Point i of a shifted Sobol sequence, carried to the parameters' priors. */
  spread(i: number): Draw {
    const units = this.shifts.map((shift, dim) => {
      if (dim >= SOBOL_DIMENSIONS) return this.rng.uniform(SHIFT + 1 + i, dim);
      const sum = sobol(i, dim) / 4294967296 + shift;
      return sum < 1 ? sum : sum - 1;
    });
    return this.draw(this.space, units);
  }

  /** The point at these places. */
  at(units: Float64Array): Draw {
    return this.draw(this.flat, units.slice());
  }

  /** Sets the places of what is active to where its values are. */
  private draw(space: CompiledSpace, units: Float64Array): Draw {
    const stream = STREAM + this.count++ * MAX_ATTEMPTS;
    const x = drawPoint(space, this.ask, (dim, attempt) =>
      attempt === 0 ? units[dim] : this.rng.uniform(stream + attempt, dim),
    );
    for (const [dim, value] of x.entries()) if (!Number.isNaN(value)) units[dim] = toUnit(space.dimensions[dim], value);
    return { x, units };
  }
}

const flats = new WeakMap<Dimension, Dimension>();

/** A dimension without prior and weights: its values lie in the unit interval just where `toUnit` says. */
function flat(dimension: Dimension): Dimension {
  if (!dimension.prior && !dimension.weights) return dimension;
  let known = flats.get(dimension);
  if (!known) {
    const { prior: _prior, weights: _weights, ...rest } = dimension;
    flats.set(dimension, (known = rest));
  }
  return known;
}
