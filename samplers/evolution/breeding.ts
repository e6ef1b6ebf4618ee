/**
 * A child of two points: crossover with probability 0.9, else the first parent's genes; then each unit mutates with probability
 * 1 / (units it has). What a child comes to have that neither parent had is drawn from the priors. A child that is forbidden, or
 * equals a parent, is bred again, ten times.
 */
import type { CompiledSpace } from '../../study/space/dimensions.ts';
import { pinned, type Pinned } from '../fixed-values.ts';
import { sameNumbers } from '../same-numbers.ts';
import type { Ask, Rng } from '../sampler.ts';
import { pointOf, vectorOf } from '../unit-vectors.ts';
import { crossed, type Crossover } from './crossover.ts';
import { mutate, polynomial } from './mutation.ts';
import { fillGaps, variedUnits } from './units.ts';

const CROSSOVER = 0.9;
export const ATTEMPTS = 10;
/** Purposes: above those of random draws, eight an attempt. */
const STREAM = 0x100000;
const [CHANCE, CROSSED, MUTATES, MUTATED, GAPS] = [0, 1, 2, 3, 4];
/** Purposes that an attempt has for its sampler's own draws. */
export const PARENTS = 5;

/** The first purpose of an attempt's random numbers; retries are those of no-repeats.ts. */
export function streamOf(retry: number, attempt: number): number {
  return STREAM + 8 * (retry * ATTEMPTS + attempt);
}

/**
 * @param parentsOf  two points, by the first purpose of the attempt
 * @returns          undefined where ten children were forbidden, or nothing new
 */
export function offspring(
  space: CompiledSpace,
  ask: Ask,
  parentsOf: (stream: number) => readonly [Float64Array, Float64Array],
  how: Crossover,
  rng: Rng,
  retry: number,
): Float64Array | undefined {
  const pins = pinned(space, ask.fixed);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const stream = streamOf(retry, attempt);
    const [a, b] = parentsOf(stream);
    const child = breed(space, pins, a, b, how, rng, stream);
    if (child && !sameNumbers(child, a) && !sameNumbers(child, b)) return child;
  }
  return undefined;
}

function breed(
  space: CompiledSpace,
  pins: Pinned,
  a: Float64Array,
  b: Float64Array,
  how: Crossover,
  rng: Rng,
  stream: number,
): Float64Array | undefined {
  const own = vectorOf(space, a);
  const genes =
    rng.uniform(stream + CHANCE, 0) < CROSSOVER
      ? crossed(space, own, vectorOf(space, b), how, rng, stream + CROSSED)
      : own;
  const units = variedUnits(space, pins, genes);
  for (const unit of units)
    if (rng.uniform(stream + MUTATES, unit.dims[0]) * units.length < 1)
      mutate(space, unit, genes, polynomial, rng, stream + MUTATED);
  return pointOf(space, pins, fillGaps(space, genes, rng, stream + GAPS));
}
