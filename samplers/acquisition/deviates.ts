/** Standard normal deviates from a scrambled Sobol sequence: they fill a joint posterior more evenly than chance. */
import { SOBOL_DIMENSIONS } from '../numerics/sobol-directions.ts';
import { scrambledSobol } from '../numerics/sobol.ts';
import { normalQuantile } from '../numerics/normal.ts';
import type { Rng } from '../sampler.ts';

/**
 * `count` draws of `dimensions` deviates each, by rows. Dimensions beyond those of the sequence are independent draws.
 * @param purpose  takes the counters (purpose, 0) to (purpose, 2 dimensions - 1) and (purpose + 1, ...)
 */
export function quasiNormals(count: number, dimensions: number, rng: Rng, purpose: number): Float64Array {
  const deviates = new Float64Array(count * dimensions);
  for (let dim = 0; dim < dimensions; dim++) {
    const key0 = Math.floor(rng.uniform(purpose, 2 * dim) * 4294967296);
    const key1 = Math.floor(rng.uniform(purpose, 2 * dim + 1) * 4294967296);
    for (let i = 0; i < count; i++)
      deviates[i * dimensions + dim] =
        dim < SOBOL_DIMENSIONS
          ? normalQuantile(scrambledSobol(i, dim, key0, key1))
          : rng.normal(purpose + 1, i * dimensions + dim);
  }
  return deviates;
}
