/**
 * The parts of differential evolution [Storn 1997], shared with DEHB.
 *
 * Genes are values' places on their own scales; a category is the cell of its gene. An inactive parameter's gene is a random number
 * that stays with the trial.
 *
 * [Storn 1997] Storn & Price, "Differential Evolution - A Simple and Efficient Heuristic for Global Optimization over Continuous
 *   Spaces", Journal of Global Optimization 11, 1997.
 */
import type { CompiledSpace } from '../study/space/dimensions.ts';
import type { Rng, Row } from './sampler.ts';
import { vectorOf } from './unit-vectors.ts';

/** Purposes of inactive genes. */
const GAPS = 0xd0000000;

/** One number in [0, 1] a dimension. */
export function genesOf(space: CompiledSpace, { number, x }: Row, rng: Rng): Float64Array {
  return vectorOf(space, x).map((gene, dim) => (Number.isNaN(gene) ? rng.shared(GAPS + dim, number) : gene));
}

/** Some different ones of a pool that has as many. @param draw  numbers in (0, 1), one for each */
export function someOf<T>(pool: readonly T[], count: number, draw: (i: number) => number): T[] {
  const left = [...pool];
  return Array.from({ length: count }, (_, i) => left.splice(Math.floor(draw(i) * left.length), 1)[0]);
}

/**
 * Binomial crossover: each gene is the mutant's with a probability, and one in any case, the others are the target's.
 *
 * @param target   its genes
 * @param mutant   the gene at a place, in [0, 1] or beyond
 * @param within   what becomes of one beyond, by a number in (0, 1)
 * @param draw     numbers in (0, 1): 1 + 2 * genes of them
 */
export function binomial(
  target: Float64Array,
  mutant: (dim: number) => number,
  share: number,
  within: (dim: number, mutant: number, u: number) => number,
  draw: (i: number) => number,
): Float64Array {
  const sure = Math.floor(draw(0) * target.length);
  return target.map((gene, dim) => {
    if (dim !== sure && draw(1 + 2 * dim) >= share) return gene;
    const found = mutant(dim);
    return found >= 0 && found <= 1 ? found : within(dim, found, draw(2 + 2 * dim));
  });
}
