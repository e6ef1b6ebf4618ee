/** Values for inactive dimensions, as HpBandSter makes them up, so that points with different parameters share one density. */
import type { Rng } from '../sampler.ts';
import type { Kind } from './density.ts';

/** Purpose of the first dimension's numbers. */
const STREAM = 0xd0000000;

/**
 * The vectors without gaps (NaN): a vector's gaps are filled from another one that has the first of them, drawn at random, until none
 * is left; a dimension that no vector has is filled at random.
 * @param numbers  of the vectors' rows: which of them a row is filled from follows from its number, the study's seed and the others
 */
export function withoutGaps(
  vectors: readonly Float64Array[],
  numbers: readonly number[],
  kinds: readonly Kind[],
  rng: Rng,
): Float64Array[] {
  const having = kinds.map((_, j) => vectors.filter((vector) => !Number.isNaN(vector[j])));
  return vectors.map((vector, i) => {
    const filled = vector.slice();
    for (const [j, kind] of kinds.entries()) {
      if (!Number.isNaN(filled[j])) continue;
      const u = rng.shared(STREAM + j, numbers[i]);
      const donors = having[j];
      if (donors.length === 0) {
        filled[j] = kind === 0 ? u : (Math.floor(u * kind) + 0.5) / kind;
        continue;
      }
      const donor = donors[Math.floor(u * donors.length)];
      for (let k = j; k < filled.length; k++) if (Number.isNaN(filled[k])) filled[k] = donor[k];
    }
    return filled;
  });
}
