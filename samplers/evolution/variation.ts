/**
 * Points beside one: some of its units changed (mutation.ts). What a change makes exist is drawn from the priors. One that is
 * forbidden, or no other point, is made again, ten times.
 */
import { pinned } from '../fixed-values.ts';
import type { Ask, Problem, Rng } from '../sampler.ts';
import { pointOf, vectorOf } from '../unit-vectors.ts';
import { ATTEMPTS, streamOf } from './breeding.ts';
import { sameNumbers } from '../same-numbers.ts';
import { mutate, type Step } from './mutation.ts';
import { fillGaps, variedUnits, type Unit } from './units.ts';

const [CHOSEN, CHANGED, GAPS] = [0, 1, 2];

/**
 * @param choose  which of the units that may change do, by numbers in (0, 1)
 * @returns       undefined where ten were forbidden, or nothing new
 */
export function variantOf(
  x: Float64Array,
  { space }: Problem,
  ask: Ask,
  choose: (units: readonly Unit[], u: (i: number) => number) => readonly Unit[],
  step: Step,
  rng: Rng,
  retry: number,
): Float64Array | undefined {
  const pins = pinned(space, ask.fixed);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const stream = streamOf(retry, attempt);
    const genes = vectorOf(space, x);
    for (const unit of choose(variedUnits(space, pins, genes), (i) => rng.uniform(stream + CHOSEN, i)))
      mutate(space, unit, genes, step, rng, stream + CHANGED);
    const variant = pointOf(space, pins, fillGaps(space, genes, rng, stream + GAPS));
    if (variant && !sameNumbers(variant, x)) return variant;
  }
  return undefined;
}
